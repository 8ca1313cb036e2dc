import { advisoryLocks, type Database, type Tx } from '../../../platform/database/index.ts';
import { refreshFixes } from './fixes.ts';
import { deriveRows, type Wanted } from './derive.ts';
import type { DerivedRow } from './row.ts';

const columns: Record<Exclude<keyof DerivedRow, 'hash'>, string> = {
  row_key: 'text',
  place_id: 'bigint',
  deployment_id: 'bigint',
  environment_image_id: 'bigint',
  service: 'text',
  environment: 'text',
  environment_type: 'text',
  infrastructure: 'text',
  integration_id: 'bigint',
  image_id: 'bigint',
  registry_id: 'bigint',
  repository_id: 'bigint',
  repository: 'text',
  digest: 'text',
  reference: 'text',
  commit: 'text',
  certainty: 'text',
  verdict: 'text',
  reason: 'text',
  said_by: 'text',
  doubt: 'text',
  runs_since: 'timestamptz',
  failing_since: 'timestamptz',
  newest_fact_at: 'timestamptz',
  critical: 'integer',
  high: 'integer',
  medium: 'integer',
  low: 'integer',
  criticals_since: 'timestamptz',
  integration_ids: 'bigint[]',
  project_ids: 'bigint[]',
  team_ids: 'bigint[]',
  teams: 'text[]',
  evidence: 'jsonb',
};
const names = Object.keys(columns);

/** Places are looked at so many at a time. */
const atOnce = 500;
export const everything: Wanted = { places: null, entries: null };

/**
 * Brings what is said of what runs to what rooms say now. A row that differs ends and another begins at one moment; what is
 * the same is not written, so order, repetition and the loss of one are harmless.
 */
export const refreshRows = (db: Database, wanted: Wanted): Promise<void> => inParts(db, wanted, refreshSome);

/** The same of when vulnerabilities came, and their fixes. */
export const refreshFixesOf = (db: Database, wanted: Wanted): Promise<void> => inParts(db, wanted, refreshFixes);

interface Part {
  places: readonly number[];
  entries: readonly number[];
}

async function inParts(
  db: Database,
  wanted: Wanted,
  refresh: (db: Database, part: Part) => Promise<void>,
): Promise<void> {
  if (wanted.places === null || wanted.entries === null) return inParts(db, await readEverything(db), refresh);
  for (let start = 0; start < Math.max(wanted.places.length, wanted.entries.length); start += atOnce)
    await refresh(db, {
      places: wanted.places.slice(start, start + atOnce),
      entries: wanted.entries.slice(start, start + atOnce),
    });
}

async function readEverything(db: Database): Promise<Part> {
  const rows = await db.query<{ placeId: number | null; entryId: number | null }>(
    `select place_id as "placeId", null as "entryId" from shared.running_places
     union select null, id from shared.environment_images where valid_to is null
     union select place_id, environment_image_id from running.verdicts where valid_to is null
     order by 1, 2`,
  );
  return {
    places: rows.flatMap(({ placeId }) => placeId ?? []),
    entries: rows.flatMap(({ entryId }) => entryId ?? []),
  };
}

async function refreshSome(db: Database, wanted: Part): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.running]);
    await replaceRows(tx, wanted, await deriveRows(tx, wanted));
  });
}

async function replaceRows(tx: Tx, { places, entries }: Part, rows: readonly DerivedRow[]): Promise<void> {
  const given = `jsonb_to_recordset($1::jsonb) as w (${names.map((name) => `${name} ${columns[name as keyof typeof columns]}`).join(', ')}, hash text)`;
  const text = JSON.stringify(rows);
  const { at } = await tx.one<{ at: Date }>('select clock_timestamp() as at');
  await tx.execute(
    `update running.verdicts v set valid_to = $4
      where v.valid_to is null and (v.place_id = any ($2) or v.environment_image_id = any ($3))
        and not exists (select from ${given} where w.row_key = v.row_key and decode(w.hash, 'hex') = v.hash)`,
    [text, places, entries, at],
  );
  await tx.execute(
    `insert into running.verdicts (${names.join(', ')}, hash, valid_from)
     select ${names.map((name) => `w.${name}`).join(', ')}, decode(w.hash, 'hex'), $2 from ${given}
      where not exists (select from running.verdicts v where v.row_key = w.row_key and v.valid_to is null)
      order by w.row_key`,
    [text, at],
  );
}
