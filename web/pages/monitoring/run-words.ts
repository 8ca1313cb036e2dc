import type { CompletenessRow, HeldAbsence, Run, StreamCount, Task } from '../../../src/features/ingestion/contract.ts';
import { rowNoun, sliceTitle } from '../../../src/domain/stream-words.ts';
import { countOf, formatCount, formatDecimal } from '../../words/numbers.ts';
import { runKindLabel } from '../../words/labels.ts';
import { formatDuration, formatSpan, formatStamp } from '../../words/times.ts';

/** Scan Range Time: from the watermark used to the newest date read. */
export function scanRange(run: Run): string {
  if (run.status === 'scheduled') return run.startedAt === null ? 'next' : `next: ${formatStamp(run.startedAt)}`;
  if (run.scanFrom === null && run.scanTo === null) return 'everything';
  if (run.scanFrom !== null && run.scanTo !== null) return formatSpan(run.scanFrom, run.scanTo);
  return `${run.scanFrom === null ? 'beginning' : formatStamp(run.scanFrom)} → ${run.scanTo === null ? 'now' : formatStamp(run.scanTo)}`;
}

/** Data Retrieval Process, followed by how the newest aggregation stands. */
export function retrievalProcess(run: Run): string {
  const kind = runKindLabel[run.kind];
  return run.aggregationStatus === null || run.kind === 'aggregation'
    ? kind
    : `${kind} · aggregation ${run.aggregationStatus}`;
}

/** Share done, 0 to 1: of rows where the source said how many there are, else of tasks; null while neither is known. */
export function shareDone(progress: NonNullable<Run['progress']>): number | null {
  if (progress.recordsTotal !== null && progress.recordsTotal > 0)
    return progress.recordsStaged / progress.recordsTotal;
  return progress.tasksTotal === 0 ? null : Math.min(1, progress.tasksDone / progress.tasksTotal);
}

/** `91 of 148 tasks · 12,004 of 66,545 rows · 2,140 rows/s · about 20 s left` */
export function progressWords(progress: NonNullable<Run['progress']>): string {
  const parts = [
    progress.stage ?? '',
    progress.tasksTotal === 0 ? '' : `${formatCount(progress.tasksDone)} of ${countOf(progress.tasksTotal, 'task')}`,
    rowWords(progress),
    progress.recordsPerSecond === null
      ? ''
      : `${progress.recordsPerSecond < 10 ? formatDecimal(progress.recordsPerSecond) : formatCount(progress.recordsPerSecond)} rows/s`,
    progress.secondsLeft === null ? '' : `about ${formatDuration(progress.secondsLeft * 1000)} left`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function rowWords({ recordsStaged, recordsTotal }: NonNullable<Run['progress']>): string {
  if (recordsTotal !== null) return `${formatCount(recordsStaged)} of ${countOf(recordsTotal, 'row')}`;
  return recordsStaged === 0 ? '' : countOf(recordsStaged, 'row');
}

/**
 * The estimate as it is shown: one that rises above what was shown before was wrong, and the new one may be, too; none is
 * shown until it is below again.
 */
export function fallingEstimate(secondsLeft: number | null, lowestShown: number | null): number | null {
  return secondsLeft !== null && lowestShown !== null && secondsLeft > lowestShown ? null : secondsLeft;
}

/** `81,170 / 81,170`, with what is not proven. */
export function completenessWords(completeness: Run['completeness']): string {
  if (completeness === null) return '';
  const { stored, source, unproven } = completeness;
  const doubt = unproven === 0 ? '' : `, ${countOf(unproven, 'listing')} not proven`;
  return `${formatCount(stored)} / ${formatCount(source)}${doubt}`;
}

/** What changed, or what went wrong in a few words. */
export function noteWords(run: Run): string {
  if (run.status === 'scheduled') return '';
  if (run.error !== null) return run.error.message;
  if (run.finishedAt === null) return '';
  const gone = run.rowsGone === 0 ? '' : `, ${formatCount(run.rowsGone)} of them gone at the source`;
  return `${countOf(run.rowsChanged, 'row')} changed${gone}`;
}

/** `60 rows gone`, `59 rows held back`; nothing where nothing is missing. */
export function missingWords({ rowsGone, rowsHeld }: Pick<Task, 'rowsGone' | 'rowsHeld'>): string {
  const parts = [
    rowsGone === 0 ? '' : `${countOf(rowsGone, 'row')} gone`,
    rowsHeld === 0 ? '' : `${countOf(rowsHeld, 'row')} held back`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** `2`; `0, 60 held` where more is missing than was marked. */
export const goneWords = ({ gone, missing }: Pick<StreamCount, 'gone' | 'missing'>): string =>
  missing === 0 ? formatCount(gone) : `${formatCount(gone)}, ${formatCount(missing)} held`;

/** `61 tags`, `1 branch or pull request` */
export const rowsOf = (stream: string, count: number): string => `${formatCount(count)} ${rowNoun(stream, count)}`;

/** ` in team/shop`, ` in shop · main`; nothing for what belongs to the whole integration. */
export function heldPlace({ slice, scopeName }: Pick<HeldAbsence, 'slice' | 'scopeName'>): string {
  if (slice === 'discovery') return '';
  return ` in ${sliceTitle(slice)}${scopeName === '' ? '' : ` · ${scopeName}`}`;
}

export const isLive = (run: Pick<Run, 'status'>): boolean => run.status === 'pending' || run.status === 'running';

const proofs: Record<StreamCount['proof'], string> = {
  key_set: 'every key listed',
  counts_equal: 'counts agree',
  unproven: 'not proven',
};

/** How sure it is that a listing was whole. */
export function proofWords(
  count: Pick<StreamCount, 'proof'> & Partial<Pick<StreamCount, 'sourceMoved' | 'held'>>,
): string {
  const parts = [proofs[count.proof]];
  if (count.sourceMoved === true) parts.push('the source moved meanwhile');
  if (count.held === true) parts.push('held: too many rows are missing at once');
  return parts.join('; ');
}

/** `12,004 / 12,004`; unknown totals are said. */
export const storedOfSource = (stored: number, source: number | null): string =>
  `${formatCount(stored)} / ${source === null ? 'unknown' : formatCount(source)}`;

/** What the last audit of a scope found. */
export function auditWords(audit: NonNullable<CompletenessRow['audit']>): string {
  if (audit.behind) return 'changed since the last sync';
  if (audit.differences === 0 && audit.source === audit.stored) return 'equal';
  const found = audit.differences === 0 ? 'counts differ' : countOf(audit.differences, 'difference');
  return audit.repairedAt === null ? found : `${found}, repaired`;
}
