import type { RunningState } from '../../../src/features/running/contract.ts';
import { day, flag, manyOf, positive, text } from '../../address/search.ts';

export const runningStates = [
  'failed',
  'stale',
  'no_verdict',
  'waived',
  'passed',
] as const satisfies readonly RunningState[];

export const fixSeverities = ['critical', 'high', 'medium', 'low'] as const;

export interface RunningSearch {
  q?: string | undefined;
  state?: RunningState[] | undefined;
  /** Names. */
  environment?: string | undefined;
  team?: string | undefined;
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
  stale?: true | undefined;
  /** A day: what was said at its end. */
  at?: string | undefined;
  /** Of the fixes that are told; left out: critical. */
  severity?: (typeof fixSeverities)[number][] | undefined;
  page?: number | undefined;
}

export const runningSearch = (raw: Record<string, unknown>): RunningSearch => ({
  q: text(raw['q']),
  state: manyOf(raw['state'], runningStates),
  environment: text(raw['environment']),
  team: text(raw['team']),
  node: positive(raw['node']),
  stale: flag(raw['stale']),
  at: day(raw['at']),
  severity: manyOf(raw['severity'], fixSeverities),
  page: positive(raw['page']),
});
