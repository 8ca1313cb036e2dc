import type { IssueStatus } from './batch.ts';

export const issueStatuses = ['OPEN', 'CONFIRMED', 'FALSE_POSITIVE', 'ACCEPTED', 'FIXED', 'IN_SANDBOX'] as const;
export type IssueStatusName = (typeof issueStatuses)[number];

/** `issueStatus` of 10.4 and later from status and resolution (section 3.1). */
export function issueStatusOf(status: IssueStatus): IssueStatusName {
  if (status.state === 'CLOSED') return 'FIXED';
  if (status.state === 'CONFIRMED') return 'CONFIRMED';
  if (status.state !== 'RESOLVED') return 'OPEN';
  if (status.resolution === 'WONTFIX') return 'ACCEPTED';
  return status.resolution === 'FALSE-POSITIVE' ? 'FALSE_POSITIVE' : 'FIXED';
}
