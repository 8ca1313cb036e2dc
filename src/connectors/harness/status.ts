export const statusClasses = ['success', 'failure', 'cancelled', 'neutral', 'running', 'waiting', 'unknown'] as const;
export type StatusClass = (typeof statusClasses)[number];

/** Harness’s own words. The last list of each kind that waits is what newer servers alone know. */
const words: Readonly<Record<Exclude<StatusClass, 'unknown'>, readonly string[]>> = {
  success: ['Success', 'IgnoreFailed'],
  failure: ['Failed', 'Errored', 'Expired', 'ApprovalRejected'],
  cancelled: ['Aborted', 'AbortedByFreeze'],
  neutral: ['Skipped', 'Suspended'],
  running: ['Running', 'AsyncWaiting', 'TaskWaiting', 'TimedWaiting', 'WaitStepRunning', 'Discontinuing', 'Pausing'],
  waiting: [
    'NotStarted',
    'Queued',
    'QueuedLicenseLimitReached',
    'QueuedExecutionConcurrencyReached',
    'Paused',
    'ResourceWaiting',
    'InterventionWaiting',
    'ApprovalWaiting',
    'InputWaiting',
  ],
};

/** An older word, and words of newer servers: an older one may refuse to be asked for them. */
const notEverywhere: Readonly<Record<string, StatusClass>> = {
  waiting: 'waiting',
  uploadwaiting: 'waiting',
  queuedglobalinfracapacityreached: 'waiting',
};

/** `APPROVAL_WAITING`, as older servers write it, is `ApprovalWaiting`. */
const plain = (status: string): string => status.toLowerCase().replace(/[\s_-]/g, '');

const classes: ReadonlyMap<string, StatusClass> = new Map([
  ...Object.entries(words).flatMap(([kind, list]) => list.map((word) => [plain(word), kind as StatusClass] as const)),
  ...Object.entries(notEverywhere),
]);

export const statusClass = (status: string): StatusClass => classes.get(plain(status)) ?? 'unknown';

const ended: ReadonlySet<StatusClass> = new Set(['success', 'failure', 'cancelled', 'neutral']);

export const hasEnded = (status: string): boolean => ended.has(statusClass(status));

/** What every server understands of those that may still change, to ask for them. */
export const openStatuses: readonly string[] = [...words.running, ...words.waiting];

/** A status that nobody knows is looked at so long, and then taken for the last. */
const unknownForMs = 14 * 86_400_000;

/** True for a run that will not change any more, and need not be read again. */
export function isSettled(status: string, startedAt: number | null, now: number): boolean {
  if (statusClass(status) !== 'unknown') return hasEnded(status);
  return startedAt !== null && now - startedAt > unknownForMs;
}
