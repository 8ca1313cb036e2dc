import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Granularity, Preset, SecurityTrend, SeverityCounts, TrendBucket } from '../contract.ts';
import { type Bucket, bucketsOf, mostBuckets } from './buckets.ts';
import { type ChangeRow, changesByBucket, noCounts, openCounts, presentByLevel } from './counts.ts';
import { readDataState, readReliableFrom } from './data-state.ts';
import { estimateCorrections } from './estimates.ts';
import { readMarkers } from './markers.ts';
import { type Scope, severities } from './scope.ts';
import { trendLine } from './trend-line.ts';

export interface TrendOptions {
  granularity: Granularity;
  preset: Preset;
  from: string | undefined;
  to: string | undefined;
  now: Date;
}

/** Throws `invalid_request` for a range that is empty or has more buckets than anybody can read. */
export async function securityTrend(tx: Queryable, scope: Scope, options: TrendOptions): Promise<SecurityTrend> {
  const today = options.now.toISOString().slice(0, 10);
  const { granularity, preset, from, to } = options;
  const buckets = await bucketsOf(tx, { from, to, preset, granularity, today });
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) {
    throw new PlumblineError('invalid_request', { message: 'The range has no day up to today.' });
  }
  if (buckets.length > mostBuckets) {
    throw new PlumblineError('invalid_request', { message: `The range has more than ${mostBuckets} buckets.` });
  }
  const present = openCounts(await presentByLevel(tx, scope), scope);
  const reachesNow = last.to >= today;
  // What is dated after today belongs to now; without this it would be taken off the last bucket.
  const range = { from: first.from, to: reachesNow ? 'infinity' : last.to, unit: granularity };
  const changes = await changesByBucket(tx, scope, range);
  const reliableFrom = await readReliableFrom(tx, scope.projects);
  const corrections = needsEstimates(buckets, reliableFrom) ? await estimateCorrections(tx, scope, buckets) : [];
  const counted = countBuckets(buckets, changes, present).map((bucket, index): TrendBucket => {
    const reliable = reliableFrom === null || bucket.to >= reliableFrom;
    const correction = reliable ? null : (corrections[index] ?? null);
    return {
      ...bucket,
      complete: bucket.to < today,
      reliable,
      estimate: correction === null ? null : Math.max(0, bucket.open.total + correction),
    };
  });
  const complete = counted.filter((bucket) => bucket.complete).length;
  const line = (pick: (bucket: TrendBucket) => SeverityCounts) =>
    trendLine(
      counted.map((bucket) => pick(bucket).total),
      complete,
    );
  return {
    state: await readDataState(tx),
    granularity,
    from: first.from,
    to: last.to,
    reliableFrom,
    buckets: counted,
    trendLine: { open: line((b) => b.open), created: line((b) => b.created), resolved: line((b) => b.resolved) },
    markers: await readMarkers(tx, scope, { from: first.from, to: last.to }),
  };
}

function needsEstimates(buckets: readonly Bucket[], reliableFrom: string | null): boolean {
  return reliableFrom !== null && buckets.some((bucket) => bucket.to < reliableFrom);
}

type CountedBucket = Pick<TrendBucket, 'from' | 'to' | 'open' | 'created' | 'resolved'>;

/** Goes back from what is open now: the roll-ups need not be read from their beginning. */
function countBuckets(
  buckets: readonly Bucket[],
  changes: readonly ChangeRow[],
  present: SeverityCounts,
): CountedBucket[] {
  const counted = buckets.map(
    ({ from, to }): CountedBucket => ({ from, to, open: noCounts(), created: noCounts(), resolved: noCounts() }),
  );
  const index = new Map(buckets.map((bucket, position) => [bucket.start, position]));
  const open = { ...present };
  for (const change of changes) {
    // A bucket of its own kind that is not in the list lies after today: it belongs to now.
    const bucket = change.bucket === null ? undefined : counted[index.get(change.bucket) ?? counted.length - 1];
    if (bucket === undefined) {
      for (const name of [change.severity, 'total'] as const) open[name] -= change.opened - change.closed;
      continue;
    }
    for (const name of [change.severity, 'total'] as const) {
      bucket.created[name] += change.opened;
      bucket.resolved[name] += change.closed;
    }
  }
  for (const bucket of counted.toReversed()) {
    bucket.open = { ...open };
    for (const name of [...severities, 'total'] as const) open[name] -= bucket.created[name] - bucket.resolved[name];
  }
  return counted;
}
