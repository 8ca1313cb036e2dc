import { newerStatuses, sameStatus, statusClass } from './statuses.ts';

/** Servers that the simulator plays: the vendor's cloud, and one that a customer runs and updates later. */
export const profileNames = ['cloud', 'self-managed'] as const;
export type ProfileName = (typeof profileNames)[number];

export interface Profile {
  name: ProfileName;
  /** Has `execution/summary/outline`. */
  outline: boolean;
  /** Filters by the newer members of an execution filter: `pipelineIdentifiers`, `planExecutionIds` and the like. */
  newerFilters: boolean;
  /** Says organization and project in each execution, digests in the stage graph, infrastructure by its identifier. */
  newerFields: boolean;
  newerStatuses: boolean;
  /** How services and environments come: both page objects are in use. */
  servicePages: 'ng' | 'spring';
  /** What the layer that checks tokens answers: the usual envelope, or the older one around `responseMessages`. */
  tokenErrors: 'error' | 'resource';
}

export function profileOf(name: ProfileName): Profile {
  const newer = name === 'cloud';
  return {
    name,
    outline: newer,
    newerFilters: newer,
    newerFields: newer,
    newerStatuses: newer,
    servicePages: newer ? 'ng' : 'spring',
    tokenErrors: newer ? 'error' : 'resource',
  };
}

/** Whether the server has this status at all, as a filter must. */
export const knowsStatus = (profile: Profile, status: string): boolean =>
  statusClass(status) !== 'unknown' &&
  (profile.newerStatuses || !newerStatuses.some((newer) => sameStatus(newer, status)));
