/** What a status says of a run; `unknown`: no status of the published list. */
export type StatusClass = 'success' | 'failure' | 'cancelled' | 'neutral' | 'running' | 'waiting' | 'unknown';

const classes: Record<Exclude<StatusClass, 'unknown'>, readonly string[]> = {
  success: ['Success', 'IgnoreFailed'],
  failure: ['Failed', 'Errored', 'Expired', 'ApprovalRejected'],
  cancelled: ['Aborted', 'AbortedByFreeze'],
  neutral: ['Skipped', 'Suspended'],
  running: [
    'Running',
    'AsyncWaiting',
    'TaskWaiting',
    'TimedWaiting',
    'WaitStepRunning',
    'Discontinuing',
    'Pausing',
    'UploadWaiting',
  ],
  waiting: [
    'NotStarted',
    'Queued',
    'QueuedLicenseLimitReached',
    'QueuedExecutionConcurrencyReached',
    'QueuedGlobalInfraCapacityReached',
    'Paused',
    'ResourceWaiting',
    'InterventionWaiting',
    'ApprovalWaiting',
    'InputWaiting',
    'Waiting',
  ],
};

/** Only servers newer than the self-managed one have these. */
export const newerStatuses = ['UploadWaiting', 'QueuedGlobalInfraCapacityReached'] as const;

/** Old rows are spelled `APPROVAL_WAITING`; filters compare without regard to case. */
const plain = (status: string): string => status.replaceAll('_', '').toLowerCase();

/** By the usual spelling, which is asked for every moment of every run, and by the plain one. */
const byName = new Map<string, StatusClass>(
  (Object.entries(classes) as [StatusClass, readonly string[]][]).flatMap(([name, list]) =>
    list.flatMap((status) => [[status, name] as const, [plain(status), name] as const]),
  ),
);

export const statusClass = (status: string): StatusClass =>
  byName.get(status) ?? byName.get(plain(status)) ?? 'unknown';

/** Whether a run stays as it is; a status that nobody knows says so itself. */
export function isTerminal(status: string): boolean {
  const kind = statusClass(status);
  return kind === 'success' || kind === 'failure' || kind === 'cancelled' || kind === 'neutral';
}

/** Whether it has not begun: such rows have no start yet. */
export const isBeforeStart = (status: string): boolean => /^(?:queued|not_?started)/i.test(status);

/** `Failed`, `FAILED`, `APPROVAL_WAITING` and `approvalwaiting`: a filter compares without regard to case. */
export const sameStatus = (one: string, other: string): boolean => plain(one) === plain(other);
