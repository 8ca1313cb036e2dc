import type { ReactElement } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { Chip } from '../../components/chips.tsx';
import { formatRelative } from '../../words/times.ts';

/** What health does not tell: the last test of the connection failed. */
export function CheckChip({ integration }: { integration: IntegrationAnswer }): ReactElement | null {
  if (integration.state === 'deleting' || !integration.checks.some((check) => check.outcome === 'failed')) return null;
  return (
    <Chip tone="failed" glyph="✕">
      Check failed
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
