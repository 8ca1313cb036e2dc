import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Granularity, PastCounts, Preset, SecurityTrend, SeverityCounts, TrendBucket } from '../contract.ts';
import { type Bucket, bucketsOf, mostBuckets } from './buckets.ts';
import { type ChangeRow, changesByBucket, namesOf, noPastCounts, openCounts, presentByLevel } from './counts.ts';
import { basisOf, readDataState, readKnownFrom } from './data-state.ts';
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
  const { granularity } = options;
  const { buckets, first, last } = await requireBuckets(tx, options);
  const present = openCounts(await presentByLevel(tx, scope), scope);
  const reachesNow = last.to >= today;
  // What is dated after today belongs to now; without this it would be taken off the last bucket.
  const range = { from: first.from, to: reachesNow ? 'infinity' : last.to, unit: granularity };
  const changes = await changesByBucket(tx, scope, range);
  const known = await readKnownFrom(tx, scope);
  const counted = countBuckets(scope, buckets, changes, present).map(
    (bucket): TrendBucket => ({
      ...bucket,
      complete: bucket.to < today,
      basis: basisOf(known, bucket.to, bucket.open.unknown),
    }),
  );
  const complete = counted.filter((bucket) => bucket.complete).length;
  const line = (pick: (bucket: TrendBucket) => SeverityCounts) =>
    trendLine(
      counted.map((bucket) => pick(bucket).total),
      complete,
    );
  return {
    state: await readDataState(tx, scope),
    granularity,
    from: first.from,
    to: last.to,
    readFrom: known.read,
    countedFrom: known.counted,
    buckets: counted,
    trendLine: { open: line((b) => b.open), created: line((b) => b.created), resolved: line((b) => b.resolved) },
    markers: await readMarkers(tx, scope, { from: first.from, to: last.to }),
  };
}

/** The buckets of a range, at least one. Throws `invalid_request`. */
export async function requireBuckets(
  tx: Queryable,
  { granularity, preset, from, to, now }: TrendOptions,
): Promise<{ buckets: Bucket[]; first: Bucket; last: Bucket }> {
  const today = now.toISOString().slice(0, 10);
  const buckets = await bucketsOf(tx, { from, to, preset, granularity, today });
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) {
    throw new PlumblineError('invalid_request', { message: 'The range has no day up to today.' });
  }
  if (buckets.length > mostBuckets) {
    throw new PlumblineError('invalid_request', { message: `The range has more than ${mostBuckets} buckets.` });
  }
  return { buckets, first, last };
}

type CountedBucket = Pick<TrendBucket, 'from' | 'to' | 'open' | 'created' | 'resolved' | 'joined'>;

/** Goes back from what is open now: the roll-ups need not be read from their beginning. */
function countBuckets(
  scope: Scope,
  buckets: readonly Bucket[],
  changes: readonly ChangeRow[],
  present: SeverityCounts,
): CountedBucket[] {
  const counted = buckets.map(
    ({ from, to }): CountedBucket => ({
      from,
      to,
      open: noPastCounts(),
      created: noPastCounts(),
      resolved: noPastCounts(),
      joined: noPastCounts(),
    }),
  );
  const index = new Map(buckets.map((bucket, position) => [bucket.start, position]));
  const open: PastCounts = { ...present, unknown: 0 };
  for (const change of changes) {
    // A bucket of its own kind that is not in the list lies after today: it belongs to now.
    const bucket = change.bucket === null ? undefined : counted[index.get(change.bucket) ?? counted.length - 1];
    for (const name of namesOf(scope, change.severity)) {
      if (bucket === undefined) {
        open[name] -= change.opened - change.closed;
        continue;
      }
      bucket.created[name] += change.opened - change.joined;
      bucket.resolved[name] += change.closed - change.left_out;
      bucket.joined[name] += change.joined - change.left_out;
    }
  }
  for (const bucket of counted.toReversed()) {
    bucket.open = { ...open };
    for (const name of [...severities, 'unknown', 'total'] as const) {
      open[name] -= bucket.created[name] - bucket.resolved[name] + bucket.joined[name];
    }
  }
  return counted;
}
