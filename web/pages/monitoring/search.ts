import type { Run, RunStatus } from '../../../src/features/ingestion/contract.ts';
import { day, flag, manyOf, oneOf, positive, text } from '../../address/search.ts';
import { runKinds, runStatuses } from '../../words/labels.ts';

const taskStatuses = ['pending', 'running', 'success', 'partial', 'failed', 'cancelled'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export interface MonitoringSearch {
  status?: RunStatus[] | undefined;
  kind?: Run['kind'][] | undefined;
  /** First and last day. */
  from?: string | undefined;
  to?: string | undefined;
  page?: number | undefined;
  /** Id of the run that is open, with the page and filter of its tasks. */
  run?: number | undefined;
  tasks?: number | undefined;
  taskStatus?: TaskStatus | undefined;
  /** What is looked for. */
  find?: string | undefined;
}

export function monitoringSearch(raw: Record<string, unknown>): MonitoringSearch {
  return {
    status: manyOf(raw['status'], runStatuses),
    kind: manyOf(raw['kind'], runKinds),
    from: day(raw['from']),
    to: day(raw['to']),
    page: positive(raw['page']),
    run: positive(raw['run']),
    tasks: positive(raw['tasks']),
    taskStatus: oneOf(raw['taskStatus'], taskStatuses),
    find: text(raw['find']),
  };
}

export interface CompletenessSearch {
  page?: number | undefined;
  /** Id of the audit that is open. */
  audit?: number | undefined;
  /** Only scopes that differ. */
  differing?: true | undefined;
}

export function completenessSearch(raw: Record<string, unknown>): CompletenessSearch {
  return { page: positive(raw['page']), audit: positive(raw['audit']), differing: flag(raw['differing']) };
}
