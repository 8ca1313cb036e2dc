import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IntegrationHealth } from '../../src/features/ingestion/contract.ts';
import { healthQuery } from '../api/health.ts';
import { useApi } from '../app/context.ts';
import { healthLabel } from '../words/labels.ts';
import { countOf } from '../words/numbers.ts';
import { Chip, type Tone } from './chips.tsx';

type Health = IntegrationHealth['health'];

const looks: Record<Health, readonly [Tone, string]> = {
  HEALTHY: ['passed', '✓'],
  NEEDS_ATTENTION: ['warn', '!'],
  CRITICAL: ['failed', '✕'],
  OFFLINE_SATELLITE: ['failed', '⌁'],
  PAUSED: ['none', '‖'],
  UNKNOWN: ['none', '?'],
  DELETING: ['none', '⊘'],
};

export function HealthChip({ health }: { health: IntegrationHealth }): ReactElement {
  const [tone, glyph] = looks[health.health];
  return (
    <Chip tone={tone} glyph={glyph} title={health.reasons.map(({ message }) => message).join('\n')}>
      {healthLabel[health.health]}
    </Chip>
  );
}

/** What a person should look at, worst first. */
const worrying: readonly Health[] = ['CRITICAL', 'OFFLINE_SATELLITE', 'NEEDS_ATTENTION'];

/** Beside every page: nothing while all is well, else how many integrations are worst off. */
export function HealthSummary(): ReactElement | null {
  const list = useQuery(healthQuery(useApi())).data?.integrations ?? [];
  const worst = worrying.find((health) => list.some((one) => one.health === health));
  if (worst === undefined) return null;
  const count = list.filter((one) => one.health === worst).length;
  const [tone, glyph] = looks[worst];
  return (
    <Link
      to="/integrations"
      className="health-summary"
      aria-label={`${healthLabel[worst]}: ${countOf(count, 'integration')}`}
    >
      <Chip tone={tone} glyph={glyph}>
        <span className="health-words bar-text">
          {healthLabel[worst]}: {countOf(count, 'integration')}
        </span>
      </Chip>
    </Link>
  );
}
