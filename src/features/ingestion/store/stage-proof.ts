import type { Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** What lies in the stage of one stream and scope, as whoever staged it counted. */
export interface PlaceTally {
  staged: number;
  setAside: number;
  /** Rows of what was said beside the records. */
  said: number;
}

export const nothingStaged: Readonly<PlaceTally> = { staged: 0, setAside: 0, said: 0 };

/** What an attempt has put into the stage, by its own count; keys are `<stream> <scope>`. */
export interface StageTally {
  /** The epoch it was staged in. */
  epoch: string;
  places: ReadonlyMap<string, PlaceTally>;
}

/**
 * The epoch of the unlogged tables. A crash or a failover empties it together with the stage and leaves no other trace:
 * a process that lives on and connects again would take what is left for what it staged. Asked inside each transaction
 * that builds on the stage.
 */
export async function currentEpoch(tx: Queryable): Promise<string | undefined> {
  return (await tx.maybeOne<{ epoch: string }>('select epoch from ingestion.stage_epoch'))?.epoch;
}

/** The epoch to stage in: the present one, begun here when there is none. */
export async function enterEpoch(tx: Tx): Promise<string> {
  const present = await currentEpoch(tx);
  if (present !== undefined) return present;
  await tx.execute('insert into ingestion.stage_epoch (epoch) values (gen_random_uuid()) on conflict do nothing');
  return (await tx.one<{ epoch: string }>('select epoch from ingestion.stage_epoch')).epoch;
}

/** Throws `stage_lost` when the database crashed since the epoch was entered. */
export async function requireEpoch(tx: Tx, epoch: string): Promise<void> {
  if ((await currentEpoch(tx)) !== epoch) throw stageLost('the database crashed or failed over since it was begun');
}

/** Throws `stage_lost` unless exactly what was staged lies in the stage, per stream and scope. */
export async function requireWholeStage(tx: Tx, taskId: number, tally: StageTally): Promise<void> {
  await requireEpoch(tx, tally.epoch);
  const differing = differingPlaces(tally.places, await countPlaces(tx, taskId));
  if (differing.length > 0) throw stageLost(differing.join('; '));
}

/** What lies in the stage, and what was set aside, for a task. */
export async function countPlaces(tx: Queryable, taskId: number): Promise<Map<string, PlaceTally>> {
  const rows = await tx.query<PlaceTally & { place: string }>(
    `select place, sum(staged) as staged, sum(aside) as "setAside", sum(said) as said from (
       select stream || ' ' || scope as place, count(*) as staged, 0 as aside, 0 as said from ingestion.stage
        where task_id = $1 group by stream, scope
       union all
       select stream || ' ' || scope, 0, count(*), 0 from ingestion.set_aside where task_id = $1 group by stream, scope
       union all
       select stream || ' ' || scope, 0, 0, count(*) from ingestion.staged_events where task_id = $1 group by stream, scope) counted
      group by place`,
    [taskId],
  );
  return new Map(
    rows.map(({ place, staged, setAside, said }) => [
      place,
      { staged: Number(staged), setAside: Number(setAside), said: Number(said) },
    ]),
  );
}

/** Places of which more or fewer are there than were counted, in words. */
export function differingPlaces(
  counted: ReadonlyMap<string, PlaceTally>,
  present: ReadonlyMap<string, PlaceTally>,
): string[] {
  return [...new Set([...counted.keys(), ...present.keys()])].sort().flatMap((place) => {
    const [before, now] = [counted.get(place) ?? nothingStaged, present.get(place) ?? nothingStaged];
    const kinds = [
      ['staged', before.staged, now.staged],
      ['set aside', before.setAside, now.setAside],
      ['said', before.said, now.said],
    ] as const;
    return kinds.flatMap(([kind, was, is]) =>
      was === is ? [] : [`${place.trim() || 'the slice'}: ${was} ${kind}, ${is} there`],
    );
  });
}

export function stageLost(detail: string): PlumblineError {
  const message = `What was read so far is no longer in the database (${detail}); it is read again.`;
  return new PlumblineError('stage_lost', { message });
}
