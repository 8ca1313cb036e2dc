import type { ReactElement } from 'react';
import { type ReasonCode, reasons } from '../../../src/domain/verdict.ts';
import type { VerdictAnswer } from '../../../src/features/policy/contract.ts';
import { Chip, type Tone } from '../../components/chips.tsx';
import type { VerdictFilter } from './search.ts';

export const verdictLooks: Record<VerdictFilter, readonly [Tone, string, string]> = {
  passed: ['passed', '✓', 'Passed'],
  failed: ['failed', '✕', 'Failed'],
  waived: ['warn', '⚑', 'Failed, waived'],
  no_data: ['none', '–', 'No data'],
  error: ['warn', '!', 'Error'],
};

/** The reason in a sentence; the code itself for one this page does not know. */
export function reasonTitle(reason: string): string {
  return Object.hasOwn(reasons, reason) ? reasons[reason as ReasonCode].title : reason;
}

/** A verdict in the reader's words. A gate that evaluated nothing is said beside its word. */
export function VerdictChip({
  status,
  reason,
  waived,
  notEvaluated = false,
}: {
  status: VerdictAnswer['status'];
  reason: string;
  waived: boolean;
  notEvaluated?: boolean;
}): ReactElement {
  const [tone, glyph, word] = verdictLooks[waived ? 'waived' : status];
  const doubtful = status === 'passed' && notEvaluated;
  return (
    <Chip tone={doubtful ? 'none' : tone} glyph={doubtful ? '○' : glyph} title={reasonTitle(reason)}>
      {doubtful ? 'Not evaluated (server: OK)' : word}
    </Chip>
  );
}
