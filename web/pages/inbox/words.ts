import type { DeliveryAnswer, OwnWebhookAnswer } from '../../../src/features/inbox/contract.ts';
import type { Tone } from '../../components/chips.tsx';
import { sentenceCase } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';

const events: Record<string, string> = {
  analysis: 'Analysis',
  gate_changed: 'Gate changed by hand',
  analysis_failed: 'Analysis failed',
  analysis_cancelled: 'Analysis cancelled',
};

export function eventWords(event: string | null): string {
  return event === null ? 'Not read yet' : (events[event] ?? sentenceCase(event.replaceAll('_', ' ')));
}

const outcomes: Record<NonNullable<DeliveryAnswer['outcome']>, string> = {
  reading: 'Read at once',
  nothing_to_read: 'Nothing to read',
  looked_for: 'Unknown so far, looked for',
  kept: 'Kept until resumed',
};

export function outcomeWords({ state, outcome, error, attempts }: DeliveryAnswer): string {
  if (state === 'failed') return error?.message ?? 'Failed';
  if (state === 'waiting') return attempts === 0 ? 'Waiting' : 'Failed, tried again soon';
  return outcome === null ? '' : outcomes[outcome];
}

export const deliveryLooks: Record<DeliveryAnswer['state'], readonly [Tone, string, string]> = {
  waiting: ['active', '◔', 'Waiting'],
  done: ['passed', '✓', 'Done'],
  failed: ['failed', '✕', 'Failed'],
};

export const webhookLooks: Record<OwnWebhookAnswer['state'], readonly [Tone, string, string]> = {
  active: ['passed', '✓', 'Set up'],
  waiting: ['active', '◔', 'Being set up'],
  changing: ['active', '◔', 'Being changed'],
  removing: ['none', '⊘', 'Being removed'],
  failed: ['failed', '✕', 'Refused'],
};

export function placeWords({ scope, target }: Pick<OwnWebhookAnswer, 'scope' | 'target'>): string {
  return scope === 'global' ? 'Every project' : `${sentenceCase(scope)} ${target}`;
}

/** How it came: one that never arrived was found on the server's own list, so late. */
export function arrivalWords({ origin, receivedAt, sentAt, times }: DeliveryAnswer): string {
  if (origin === 'delivered') return times === 1 ? 'Once' : `${formatCount(times)} times`;
  if (sentAt === null) return 'Never arrived; recovered';
  return `Never arrived; recovered ${formatDuration(Math.max(0, Date.parse(receivedAt) - Date.parse(sentAt)))} late`;
}
