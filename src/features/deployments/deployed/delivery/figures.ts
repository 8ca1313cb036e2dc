import {
  addDays,
  dayOf,
  daysBetween,
  presetRange,
  type TimeBucket,
  timeBuckets,
} from '../../../../domain/time-buckets.ts';
import type { z } from 'zod';
import type { Queryable } from '../../../../platform/database/index.ts';
import type { HeldByNode } from '../../../access/index.ts';
import type { Delivery, DeliveryBucket, DeliveryQuery } from './contract.ts';
import { readDeriving } from '../from-harness/again.ts';
import { counted, inRange, type Scope, scopeValues } from './counted.ts';
import { type LeadTime, readLeadTimes } from './lead-times.ts';
import { readRestores, type Restore } from './restores.ts';
import { readFailureSettings } from './settings.ts';
import { statistics } from './statistics.ts';

type Asked = Pick<
  z.output<typeof DeliveryQuery>,
  'granularity' | 'preset' | 'from' | 'to' | 'service' | 'environment' | 'node'
>;

interface Around {
  now: Date;
  heldBy: HeldByNode;
}

/** Days after today are no days without deployments: they are left out, and no range is longer than ten years. Throws `org_node_not_found`. */
export async function scopeOf(db: Queryable, query: Asked, { now, heldBy }: Around): Promise<Scope> {
  const today = dayOf(now);
  const preset = presetRange(query.preset, query.granularity, today);
  const to = query.to === undefined || query.to > today ? today : query.to;
  const from = query.from ?? (preset.from < to ? preset.from : to);
  const earliest = addDays(to, -3_653);
  const some = (names: string[] | undefined) => (names === undefined || names.length === 0 ? null : names);
  const { rolledBackFails, abortedFails, supersededCounts } = await readFailureSettings(db);
  return {
    definition: { rolledBackFails, abortedFails, supersededCounts },
    from: from < earliest ? earliest : from > to ? to : from,
    to,
    services: some(query.service),
    environments: some(query.environment),
    held: query.node === undefined ? null : await heldBy(db, query.node, 'service'),
  };
}

interface DayCounts {
  day: string;
  successful: number;
  failed: number;
}

/** All figures of a range, each made from the rows that its list shows. */
export async function readDelivery(db: Queryable, query: Asked, around: Around): Promise<Delivery> {
  const { now } = around;
  const scope = await scopeOf(db, query, around);
  const { from, to, definition } = scope;
  const [deriving, days, { restores, open }, { leadTimes, unlinked, repeated }, since] = await Promise.all([
    readDeriving(db),
    countDays(db, scope),
    readRestores(db, scope),
    readLeadTimes(db, scope),
    knownSince(db, scope),
  ]);
  const buckets = timeBuckets({ from, to }, query.granularity, dayOf(now)).map((bucket) =>
    bucketOf(bucket, { days, restores, leadTimes, since }),
  );
  const known = knownDays(scope, since);
  const [successful, failed] = [sum(days, 'successful'), sum(days, 'failed')];
  const quiet = Array.from({ length: known - days.length }, () => 0);
  return {
    deriving,
    from,
    to,
    days: known,
    definition,
    knownSince: since?.toISOString() ?? null,
    frequency: {
      successful,
      perDay: known === 0 ? null : successful / known,
      perWeek: known === 0 ? null : successful / (known / 7),
      aDay: statistics([...days.map((one) => one.successful), ...quiet]),
    },
    changeFailure: {
      failed,
      total: successful + failed,
      rate: rate(failed, successful),
      aPeriod: statistics(buckets.flatMap(({ failureRate }) => failureRate ?? [])),
    },
    restore: { restored: restores.length, open, seconds: statistics(restores.map(({ seconds }) => seconds)) },
    leadTime: {
      linked: leadTimes.length,
      unlinked,
      repeated,
      seconds: statistics(leadTimes.map(({ seconds }) => seconds)),
    },
    buckets,
  };
}

/** Days with any. */
function countDays(db: Queryable, scope: Scope): Promise<DayCounts[]> {
  return db.query(
    `with ${counted}
     select to_char(at at time zone 'utc', 'YYYY-MM-DD') as day, count(*) filter (where outcome = 'successful') as successful,
            count(*) filter (where outcome = 'failed') as failed
       from counted where ${inRange('at')} group by 1 order by 1`,
    scopeValues(scope),
  );
}

/** Days of the range that something is known of: before the first nobody was asked, which is not the same as none. */
function knownDays({ from, to }: Scope, since: Date | null): number {
  if (since === null || dayOf(since) > to) return 0;
  return daysBetween(dayOf(since) > from ? dayOf(since) : from, to) + 1;
}

async function knownSince(db: Queryable, scope: Scope): Promise<Date | null> {
  const { at } = await db.one<{ at: Date | null }>(
    `with ${counted} select min(at) as at from counted`,
    scopeValues(scope),
  );
  return at;
}

const sum = (days: readonly DayCounts[], name: 'successful' | 'failed'): number =>
  days.reduce((total, one) => total + one[name], 0);

const rate = (failed: number, successful: number): number | null =>
  failed + successful === 0 ? null : failed / (failed + successful);

interface Parts {
  days: readonly DayCounts[];
  restores: readonly Restore[];
  leadTimes: readonly LeadTime[];
  since: Date | null;
}

const unknown = {
  successful: null,
  failed: null,
  failureRate: null,
  restored: null,
  restoreMedian: null,
  linked: null,
  leadMedian: null,
};

function bucketOf(bucket: TimeBucket, { days, restores, leadTimes, since }: Parts): DeliveryBucket {
  if (since === null || bucket.to < dayOf(since)) return { ...bucket, ...unknown };
  const inside = <T extends { day: string }>(all: readonly T[]): T[] =>
    all.filter(({ day }) => day >= bucket.from && day <= bucket.to);
  const seconds = (all: readonly Restore[]) => statistics(inside(all).map((one) => one.seconds));
  const [successful, failed] = [sum(inside(days), 'successful'), sum(inside(days), 'failed')];
  const [restored, led] = [seconds(restores), seconds(leadTimes)];
  return {
    ...bucket,
    successful,
    failed,
    failureRate: rate(failed, successful),
    restored: restored.values,
    restoreMedian: restored.median,
    linked: led.values,
    leadMedian: led.median,
  };
}
