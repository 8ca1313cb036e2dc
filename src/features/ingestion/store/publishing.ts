import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { SliceReading } from '../publishing/slice-reading.ts';
import type { StreamPublished } from '../sink.ts';
import type { LeasedTask } from './tasks.ts';

/** What a publish came to, as the task's row tells it. */
export interface PublishedCounts {
  /** Null when it read no headline stream. */
  headlineStored: number | null;
  headlineSource: number | null;
  headlineUnproven: number;
  rowsChanged: number;
  rowsGone: number;
  /** Missing at the source, and held back. */
  rowsHeld: number;
}

/** Writes what the source said and what is stored, per stream and scope, and adds it up. */
export async function writeCompleteness(
  tx: Tx,
  task: LeasedTask,
  reading: SliceReading,
  {
    published,
    headline,
    besideTotals,
  }: { published: readonly StreamPublished[]; headline: ReadonlySet<string>; besideTotals: string | null },
): Promise<PublishedCounts> {
  const byPlace = new Map(published.map((row) => [`${row.stream} ${row.scope}`, row]));
  const lost = new Map(reading.unavailable.map((row) => [`${row.stream} ${row.scope}`, row]));
  const all = reading.outcomes.map((outcome) => {
    const place = `${outcome.stream} ${outcome.scope}`;
    const counts = byPlace.get(place);
    return {
      stream: outcome.stream,
      scope: outcome.scope,
      outcome: outcome.outcome,
      source_count: outcome.sourceCount,
      stored_count: counts?.stored ?? 0,
      inserted: counts?.inserted ?? 0,
      updated: counts?.updated ?? 0,
      gone: counts?.gone ?? 0,
      set_aside: reading.setAside.get(place) ?? 0,
      method: outcome.method,
      proof: outcome.proof,
      source_moved: outcome.sourceMoved,
      held: counts?.held ?? false,
      missing: counts?.missing?.count ?? 0,
      window_from: outcome.window?.from ?? null,
      window_to: outcome.window?.to ?? null,
      error_code: lost.get(place)?.code ?? null,
      error_upstream: lost.get(place)?.upstream ?? null,
      named: outcome.coverage === 'named',
    };
  });
  // What was asked for by its name says nothing of whether the listing is whole.
  const rows = all.filter(({ named }) => !named);
  await tx.execute(
    `insert into ingestion.completeness (task_id, integration_id, slice, stream, scope, outcome, source_count, stored_count, inserted,
            updated, gone, set_aside, method, proof, source_moved, held, missing, window_from, window_to, error_code, error_upstream)
     select $1, $2, $3, r.*
       from jsonb_to_recordset($4) as r (stream text, scope text, outcome text, source_count bigint, stored_count bigint, inserted bigint,
            updated bigint, gone bigint, set_aside bigint, method text, proof text, source_moved boolean, held boolean, missing bigint,
            window_from timestamptz, window_to timestamptz, error_code text, error_upstream text)`,
    [task.id, task.integrationId, task.slice, JSON.stringify(rows)],
  );
  const read = all.filter((row) => row.outcome === 'complete');
  const inTotals = (scope: string): boolean => besideTotals === null || !scope.startsWith(besideTotals);
  const counted = read.filter((row) => !row.named && headline.has(row.stream) && inTotals(row.scope));
  const sources = counted.flatMap((row) => row.source_count ?? []);
  return {
    headlineStored: counted.length === 0 ? null : sum(counted.map((row) => row.stored_count)),
    headlineSource: sources.length === 0 ? null : sum(sources),
    headlineUnproven: counted.filter((row) => row.proof === 'unproven' && row.source_count !== null).length,
    rowsChanged: sum(read.map((row) => row.inserted + row.updated + row.gone)),
    rowsGone: sum(all.map((row) => row.gone)),
    rowsHeld: sum(rows.map((row) => row.missing)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

interface Advance {
  historySince: Date;
  versionRead: string | null;
  isComplete: boolean;
}

/**
 * Answers the want with the generation that the claim saw. A reading of everything moves the slice on; what was read by
 * its name leaves it where it stands, and yet incomplete when it was not read to its end.
 */
export async function advanceSlice(tx: Tx, task: LeasedTask, advance: Advance): Promise<void> {
  if (task.named === null) await moveSlice(tx, task, advance);
  else if (!advance.isComplete && task.phase === 'current')
    await tx.execute(
      `update ingestion.slices set incomplete_since = coalesce(incomplete_since, now()) where integration_id = $1 and slice = $2`,
      [task.integrationId, task.slice],
    );
  await tx.execute(
    `update ingestion.sync_wants set done_generation = greatest(done_generation, $4), reasons = case when wanted_generation = $4 then '{}' else reasons end,
            unread = case when wanted_generation = $4 then null else unread end
      where integration_id = $1 and slice = $2 and phase = $3`,
    [task.integrationId, task.slice, task.phase, task.generation],
  );
}

/** To the version that was read, or else to what the want says discovery saw, and notes whether it was proven complete. */
async function moveSlice(tx: Tx, task: LeasedTask, { historySince, versionRead, isComplete }: Advance): Promise<void> {
  const published = task.phase === 'history' ? 'history_published_at' : 'current_published_at';
  await tx.execute(
    `insert into ingestion.slices as s (integration_id, slice, version, touched_at, ${published}, history_from, incomplete_since)
     select $1, $2, coalesce($5, w.version), w.touched_at, now(), case when $3 = 'history' then $4::date end,
            case when $3 <> 'history' and not $6::boolean then now() end
       from (select 1) one left join ingestion.sync_wants w on w.integration_id = $1 and w.slice = $2 and w.phase = $3
     on conflict (integration_id, slice) do update
        set ${published} = now(), history_from = least(s.history_from, excluded.history_from),
            incomplete_since = case when $3 = 'history' then s.incomplete_since when not $6::boolean then coalesce(s.incomplete_since, now()) end,
            version = case when $3 = 'current' then coalesce(excluded.version, s.version) else s.version end,
            touched_at = case when $3 = 'current' then greatest(excluded.touched_at, s.touched_at) else s.touched_at end`,
    [task.integrationId, task.slice, task.phase, historySince, versionRead, isComplete],
  );
}

export async function saveCursors(
  tx: Tx,
  integrationId: number,
  cursors: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(cursors).toSorted()) {
    const changed = await tx.execute(
      'update ingestion.cursors set value = $3 where integration_id = $1 and name = $2 and value <> $3',
      [integrationId, name, value],
    );
    if (changed === 0) {
      await tx.execute(
        'insert into ingestion.cursors (integration_id, name, value) values ($1, $2, $3) on conflict do nothing',
        [integrationId, name, value],
      );
    }
  }
}

/** What discoveries remembered: all of it for the next one, for a slice only what is named `all:…`. */
export async function readCursors(
  db: Queryable,
  integrationId: number,
  forDiscovery: boolean,
): Promise<Record<string, string>> {
  const rows = await db.query<{ name: string; value: string }>(
    `select name, value from ingestion.cursors where integration_id = $1 and ($2 or starts_with(name, 'all:'))`,
    [integrationId, forDiscovery],
    'cursors',
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}
