import { z } from 'zod';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { type PlaceTally, stageLost, type StageTally } from './stage-proof.ts';
import {
  type LeasedTask,
  leasedColumns,
  standardLeaseSeconds,
  type TaskTraffic,
  untouchedSince,
  updateHeldTask,
} from './tasks.ts';

/** What whoever publishes must know of a reading that it did not see, beside what lies in the stage. */
export interface ReadFacts {
  /** Kind of the connector. */
  kind: string;
  /** How far back the past was asked for. */
  since: Date;
  /** Streams that the token was known not to reach. */
  knownUnavailable: ReadonlySet<string>;
  /** Streams whose records a run counts. */
  headline: ReadonlySet<string>;
  /** True where slices have a past to be read. */
  hasHistory: boolean;
  /** Newest source date among the records. */
  newestAt: string | undefined;
  traffic: TaskTraffic;
}

const Place = z.object({ staged: z.int(), setAside: z.int(), said: z.int() });
const Streams = z.array(z.string()).transform((streams): ReadonlySet<string> => new Set(streams));
const WholeReading = z.object({
  kind: z.string(),
  since: z.iso.datetime().transform((text) => new Date(text)),
  knownUnavailable: Streams,
  headline: Streams,
  hasHistory: z.boolean(),
  newestAt: z.string().nullable(),
  places: z.record(z.string(), Place),
});

/** A whole reading that lies in the stage. */
export interface StagedReading extends Omit<ReadFacts, 'traffic'> {
  /** Shape of its records. */
  hashVersion: number;
  tally: StageTally;
}

/** Everything was read: the task waits for whoever publishes it. `stage` as in each write of the stager. */
export async function finishTask(
  tx: Tx,
  task: LeasedTask,
  stage: readonly unknown[],
  { traffic, places, ...facts }: ReadFacts & { places: Readonly<Record<string, PlaceTally>> },
): Promise<void> {
  const reading: z.input<typeof WholeReading> = {
    kind: facts.kind,
    since: facts.since.toISOString(),
    knownUnavailable: [...facts.knownUnavailable],
    headline: [...facts.headline],
    hasHistory: facts.hasHistory,
    newestAt: facts.newestAt ?? null,
    places: { ...places },
  };
  await updateHeldTask(
    tx,
    task,
    `checkpoint = $3, staged = $4, stage_epoch = $5, stage_hash_version = $6, reading = $8, state = 'staged', holder = null,
     lease_until = null, http_requests = http_requests + $9, http_retries = http_retries + $10`,
    [...stage, JSON.stringify(reading), traffic.requests, traffic.retries],
    untouchedSince('$7'),
  );
}

/** Leases a task that was read whole, the most urgent first. It needs no slot of its host, which is not asked any more. */
export function claimStaged(
  db: Database,
  holder: string,
  leaseSeconds = standardLeaseSeconds,
): Promise<LeasedTask | undefined> {
  return db.maybeOne<LeasedTask>(
    `update ingestion.tasks t
        set state = 'leased', holder = $1, lease_until = now() + make_interval(secs => $2), fence = fence + 1,
            stage_name = 'Publishing'
      where id = (select id from ingestion.tasks where state = 'staged' and not_before <= now()
                   order by priority, id limit 1 for update skip locked)
      returning ${leasedColumns}`,
    [holder, leaseSeconds],
    'claim staged',
  );
}

/** What the row of a task says of its reading. Throws `stage_lost` where this version cannot tell. */
export function stagedReading({ reading, stageEpoch, stageHashVersion }: LeasedTask): StagedReading {
  const whole = WholeReading.safeParse(reading);
  if (!whole.success || stageEpoch === null || stageHashVersion === null)
    throw stageLost('it was staged by another version');
  const { places, newestAt, ...facts } = whole.data;
  return {
    ...facts,
    newestAt: newestAt ?? undefined,
    hashVersion: stageHashVersion,
    tally: { epoch: stageEpoch, places: new Map(Object.entries(places)) },
  };
}
