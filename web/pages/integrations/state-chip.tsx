import type { ReactElement } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { Chip } from '../../components/chips.tsx';
import { formatRelative } from '../../words/times.ts';

export function StateChip({ integration }: { integration: IntegrationAnswer }): ReactElement {
  if (integration.state === 'deleting') {
    return (
      <Chip tone="none" glyph="⊘">
        Deleting
      </Chip>
    );
  }
  if (integration.state === 'paused') {
    return (
      <Chip tone="none" glyph="‖">
        Paused
      </Chip>
    );
  }
  if (integration.checks.some((check) => check.outcome === 'failed')) {
    return (
      <Chip tone="failed" glyph="✕">
        Check failed
      </Chip>
    );
  }
  return (
    <Chip tone="passed" glyph="✓">
      Active
    </Chip>
  );
}

const soonMs = 30 * 86_400_000;

/** Says when the token ends; undefined when nothing is known or it does not matter yet. */
export function Expiry({ expiresAt }: { expiresAt: string | null }): ReactElement {
  const now = useNow();
  if (expiresAt === null) return <span className="note">no end known</span>;
  const left = new Date(expiresAt).getTime() - now.getTime();
  if (left > soonMs) return <>{formatRelative(expiresAt, now)}</>;
  return (
    <Chip tone={left > 0 ? 'warn' : 'failed'} glyph="!">
      {left > 0 ? `Expires ${formatRelative(expiresAt, now)}` : `Expired ${formatRelative(expiresAt, now)}`}
    </Chip>
  );
}
