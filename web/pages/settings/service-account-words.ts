import type { IdleReason, ServiceAccount } from '../../../src/features/access/contract.ts';
import { roleLabel } from '../../words/labels.ts';

/** A dialog about one, or about a new one. */
export type OpenDialog = { what: 'add' } | { what: 'change' | 'remove' | 'take-over'; account: ServiceAccount };

export const idleWords: Record<IdleReason, string> = {
  disabled: 'Switched off',
  nobody_answers: 'Nobody answers for it',
  answerer_ended: 'Who answers for it has no access',
};

/** What it was given, and what of it is left now. */
export function roleWords({ role, roleNow }: ServiceAccount): string {
  return roleNow === null || roleNow === role ? roleLabel[role] : `${roleLabel[role]}, now ${roleLabel[roleNow]}`;
}

export const answererWords = ({ answeredBy, idle }: ServiceAccount): string =>
  answeredBy ?? (idle === 'nobody_answers' ? 'nobody' : 'the hub’s machine');
