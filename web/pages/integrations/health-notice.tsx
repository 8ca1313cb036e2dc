import type { ReactElement } from 'react';
import type { IntegrationHealth } from '../../../src/features/ingestion/contract.ts';
import { Notice } from '../../components/states.tsx';
import { healthLabel } from '../../words/labels.ts';

/** Why an integration is not well, in words; nothing when it is, or when the page says it elsewhere. */
export function HealthNotice({ health }: { health: IntegrationHealth | undefined }): ReactElement | null {
  const worrying = health?.health === 'CRITICAL' || health?.health === 'OFFLINE_SATELLITE';
  if (health === undefined || !(worrying || health.health === 'NEEDS_ATTENTION')) return null;
  return (
    <Notice kind={worrying ? 'failed' : 'warning'} title={`${healthLabel[health.health]}.`}>
      {health.reasons.map(({ message }) => message).join(' ')}
    </Notice>
  );
}
