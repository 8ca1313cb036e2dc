import type { Json, Bookmark } from '../../../connectors/contract.ts';
import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { PolledScope } from '../publishing/slice-reading.ts';
import type { StreamOutcome } from '../sink.ts';
import type { LeasedTask } from './tasks.ts';

/** The bookmark of a scope's last reading; null when there is none, or when records had another shape then. */
export async function readBookmark(
  db: Queryable,
  place: { integrationId: number; slice: string; stream: string; scope: string; hashVersion: number },
): Promise<Bookmark | null> {
  const key = [place.integrationId, place.slice, place.stream, place.scope];
  const row = await db.maybeOne<{ value: Json; touched_at: string | null }>(
    `select value, touched_at from ingestion.bookmarks
      where integration_id = $1 and slice = $2 and stream = $3 and scope = $4 and hash_version = $5`,
    [...key, place.hashVersion],
  );
  if (row === undefined) return null;
  return {
    value: row.value,
    touchedAt: row.touched_at,
    async fingerprints() {
      const kept = await db.maybeOne<{ fingerprints: Buffer | null }>(
        'select fingerprints from ingestion.bookmarks where integration_id = $1 and slice = $2 and stream = $3 and scope = $4',
        key,
      );
      return kept?.fingerprints ?? null;
    },
  };
}

/**
 * Keeps the bookmarks of a publish. A complete reading without a bookmark forgets the one before: the next reading lists whole.
 * `fingerprints` by `<stream> <scope>`; that of an earlier listing outlives readings of changes only, which it may be
 * compared with though it is older.
 */
export async function saveBookmarks(
  tx: Tx,
  task: LeasedTask,
  outcomes: readonly StreamOutcome[],
  options: { fingerprints: ReadonlyMap<string, Uint8Array>; hashVersion: number },
): Promise<void> {
  const complete = outcomes.filter(({ outcome, coverage }) => outcome === 'complete' && coverage !== 'named');
  const kept = complete.filter(({ bookmark }) => bookmark !== undefined);
  const forgotten = task.phase === 'discovery' ? [] : complete.filter(({ bookmark }) => bookmark === undefined);
  if (forgotten.length > 0)
    await tx.execute(
      `delete from ingestion.bookmarks
        where integration_id = $1 and slice = $2 and (stream, scope) in (select * from unnest($3::text[], $4::text[]))`,
      [task.integrationId, task.slice, forgotten.map(({ stream }) => stream), forgotten.map(({ scope }) => scope)],
    );
  if (kept.length === 0) return;
  const fingerprints = kept.map(({ stream, scope }) => options.fingerprints.get(`${stream} ${scope}`));
  await tx.execute(
    `insert into ingestion.bookmarks as m (integration_id, slice, stream, scope, value, fingerprints, hash_version)
     select $1, $2, n.stream, n.scope, n.value, n.fingerprints, $7
       from unnest($3::text[], $4::text[], $5::jsonb[], $6::bytea[]) as n (stream, scope, value, fingerprints)
      order by n.stream, n.scope
     on conflict (integration_id, slice, stream, scope) do update
        set value = excluded.value, hash_version = excluded.hash_version, saved_at = now(),
            fingerprints = case when excluded.stream || ' ' || excluded.scope = any ($8::text[])
                          then coalesce(excluded.fingerprints, m.fingerprints) else excluded.fingerprints end`,
    [
      task.integrationId,
      task.slice,
      kept.map(({ stream }) => stream),
      kept.map(({ scope }) => scope),
      kept.map(({ bookmark }) => JSON.stringify(bookmark)),
      fingerprints.map((bytes) => (bytes === undefined ? null : Buffer.from(bytes))),
      options.hashVersion,
      kept.filter(({ coverage }) => coverage === 'changes').map(({ stream, scope }) => `${stream} ${scope}`),
    ],
  );
}

/** Notes that a scope was polled. True when it saw a change that no poll has seen before. */
export async function savePoll(tx: Tx, integrationId: number, poll: PolledScope): Promise<boolean> {
  const row = await tx.maybeOne<{ news: boolean }>(
    `with before as (
       select touched_at from ingestion.bookmarks
        where integration_id = $1 and slice = $2 and stream = $3 and scope = $4 for update)
     update ingestion.bookmarks m set polled_at = now(), touched_at = coalesce($5, m.touched_at)
       from before
      where m.integration_id = $1 and m.slice = $2 and m.stream = $3 and m.scope = $4
     returning $5::text is not null and before.touched_at is distinct from $5::text as news`,
    [integrationId, poll.slice, poll.stream, poll.scope, poll.touchedAt],
  );
  return row?.news ?? false;
}

/** The next reading of these slices lists whole. */
export async function forgetBookmarks(tx: Tx, integrationId: number, slices: readonly string[]): Promise<void> {
  await tx.execute('delete from ingestion.bookmarks where integration_id = $1 and slice = any ($2)', [
    integrationId,
    slices,
  ]);
}
