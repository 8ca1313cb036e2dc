import type { RunningList, RunningRow, RunningState } from '../../../src/features/running/contract.ts';
import type { Tone } from '../../components/chips.tsx';
import { countOf } from '../../words/numbers.ts';

/** No data and what is stale are grey, never green. */
export const stateLooks: Record<RunningState, readonly [Tone, string, string]> = {
  failed: ['failed', '✕', 'Failed'],
  stale: ['none', '◷', 'Stale'],
  no_verdict: ['none', '–', 'No verdict'],
  waived: ['warn', '⚑', 'Failed, waived'],
  passed: ['passed', '✓', 'Passed'],
};

export const certaintyWords: Record<NonNullable<RunningRow['certainty']>, readonly [string, string]> = {
  signed: ['signed', 'A signature that was verified says so.'],
  stated: ['stated', 'An unsigned document of the builder, or the outside system, says so.'],
  inferred: ['inferred', 'It was derived, for example from where a tag pointed.'],
  declared: ['declared', 'A person or a pipeline told the hub.'],
};

/** The image as short as it can be told apart. */
export function imageWords({ image, reference }: RunningRow): string {
  if (image === null) return reference ?? 'not known';
  return `${image.repository ?? ''}@${(image.digest ?? '').replace('sha256:', '').slice(0, 12)}`;
}

/** Why, in a sentence, with the conditions that failed and the waiver that is in force. */
export function whyWords({ state, message, failing, staleIntegrations, waiver }: RunningRow): string {
  const conditions = failing.map(
    ({ name, actualValue, operator, threshold }) =>
      `${name} ${actualValue ?? 'without a value'}, ${operator === 'LT' ? 'at least' : 'at most'} ${threshold ?? 'nothing'}`,
  );
  if (state === 'stale' && staleIntegrations.length > 0) return `${message} ${staleIntegrations.join(', ')}.`;
  const said = conditions.length === 0 ? message : conditions.join('; ');
  if (waiver === null) return said;
  return `${said.replace(/\.$/, '')}. Waived by ${waiver.author} until ${waiver.expiresAt.slice(0, 10)}: ${waiver.reason}`;
}

/** What a pasted text would lead to the trace by. */
export const traceText = ({ image, deploymentId }: RunningRow): string | null =>
  image?.digest ?? (deploymentId === null ? null : `deployment:${deploymentId}`);

/** Bad news first; nothing is said to be well that was not proven to be. */
export function headline({ failed, stale, noVerdict, waived, passed, total }: RunningList['counts']): string {
  const parts = [
    [failed, 'failed'],
    [stale, 'stale'],
    [noVerdict, 'without a verdict'],
    [waived, 'failed and waived'],
    [passed, 'passed'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `${countOf(total, 'image')} running: ${said.join(', ')}.`;
}

/** `for 9 days` */
export function sinceWords(at: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(at)) / 86_400_000);
  return days < 1 ? 'since today' : `for ${countOf(days, 'day')}`;
}
