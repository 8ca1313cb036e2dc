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

/** Spellings of old rows. */
const legacy = ['NOT_STARTED', 'INTERVENTION_WAITING', 'APPROVAL_WAITING', 'APPROVAL_REJECTED'] as const;

const plain = (status: string): string => status.replaceAll('_', '').toLowerCase();

const byName = new Map<string, StatusClass>(
  (Object.entries(classes) as [StatusClass, readonly string[]][]).flatMap(([name, list]) =>
    list.map((status) => [plain(status), name] as const),
  ),
);

/** Every status that a server may send, as it is spelled. */
export const statusList: readonly string[] = [...Object.values(classes).flat(), ...legacy];

export const statusClass = (status: string): StatusClass => byName.get(plain(status)) ?? 'unknown';

/** Whether a run stays as it is; a status that nobody knows says so itself. */
export const isTerminal = (status: string): boolean =>
  ['success', 'failure', 'cancelled', 'neutral'].includes(statusClass(status));

/** Whether it has not begun: such rows have no start yet. */
export const isBeforeStart = (status: string): boolean =>
  ['notstarted', 'queued'].includes(plain(status)) || plain(status).startsWith('queued');

/** `Failed`, `FAILED`, `APPROVAL_WAITING` and `approvalwaiting`: a filter compares without regard to case. */
export const sameStatus = (one: string, other: string): boolean => plain(one) === plain(other);
