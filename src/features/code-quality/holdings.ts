import type { ScopePoll, ScopePolling, StoredFilter, StoredRow } from '../../connectors/contract.ts';
import type { Queryable } from '../../platform/database/index.ts';
import type { Holdings, RowsPage } from '../ingestion/sink.ts';

/** Findings of one scope of a slice ($1 integration, $2 project key, $3 scope, $4 kind) that are not gone. */
const held = `
  code_quality.findings f
  join code_quality.branches b on b.id = f.branch_id and b.source_key = $3
  join code_quality.projects p on p.id = b.project_id and p.integration_id = $1 and p.source_key = $2
 where f.project_id = p.id and f.integration_id = $1 and f.kind = $4 and f.deleted_at is null`;

/** What is stored of a project, for a reading of what changed since. */
export function holdingsOf(db: Queryable, integrationId: number, slice: string): Holdings {
  const place = (stream: string, scope: string): [number, string, string, string] => [
    integrationId,
    slice.replace(/^project:/, ''),
    scope,
    kindOf(stream),
  ];
  return {
    async counts(stream, scope) {
      const rows = await db.query<{ status: string; n: number }>(
        `select f.status, count(*) as n from ${held} group by 1`,
        place(stream, scope),
      );
      return Object.fromEntries(rows.map((row) => [row.status, row.n]));
    },
    rows(stream, scope, filter, page) {
      if (stream === 'projects' || stream === 'rules') return namedRows(db, stream, { integrationId, filter, page });
      return findingRows(db, place(stream, scope), filter, page);
    },
  };
}

/** Without a status, and without an end. */
const named = {
  projects: 'code_quality.projects r where r.deleted_at is null and',
  // A row without a hash holds a rule's key alone.
  rules: 'code_quality.rules r where r.row_hash is not null and',
} as const;

async function namedRows(
  db: Queryable,
  stream: keyof typeof named,
  { integrationId, filter, page }: { integrationId: number; filter: StoredFilter; page: RowsPage },
): Promise<StoredRow[]> {
  const { keys, ...others } = filter;
  if (Object.keys(others).length > 0) throw new Error(`${stream} are not told apart by ${Object.keys(others).join()}`);
  if (keys?.length === 0) return [];
  return db.query(
    `select distinct r.source_key as key, '' as status from ${named[stream]} r.integration_id = $1 and r.source_key > $2
        ${keys === undefined ? '' : 'and r.source_key = any ($4)'} order by 1 limit $3`,
    [integrationId, page.after, page.limit, ...(keys === undefined ? [] : [keys])],
  );
}

async function findingRows(
  db: Queryable,
  place: [number, string, string, string],
  { keys, status, endedBefore }: StoredFilter,
  { after, limit }: RowsPage,
): Promise<StoredRow[]> {
  if (keys?.length === 0) return [];
  const values: unknown[] = [...place, after, limit];
  const where = (condition: string, value: unknown): string =>
    value === undefined ? '' : ` and ${condition.replace('$', `$${values.push(value)}`)}`;
  return db.query(
    `select f.source_key as key, f.status from ${held} and f.source_key > $5${where('f.source_key = any ($)', keys)}${where('f.status = $', status)}${where('f.closed_at < $', endedBefore)}
      order by f.source_key limit $6`,
    values,
  );
}

/** Projects that are not gone, in scope or not, with the server's own id of them; the longest not looked for come first. */
export async function knownProjects(db: Queryable, integrationId: number): Promise<ReadonlyMap<string, string | null>> {
  const rows = await db.query<{ key: string; id: string | null }>(
    `select source_key as key, source_uuid as id from code_quality.projects where integration_id = $1 and deleted_at is null
      order by looked_for_at nulls first, source_key, id`,
    [integrationId],
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}

function kindOf(stream: string): 'issue' | 'hotspot' {
  if (stream === 'issues') return 'issue';
  if (stream === 'hotspots') return 'hotspot';
  throw new Error(`${stream} has no findings`);
}

/**
 * Branches other than the main one, and pull requests, that a reading has marked and no poll has seen for a while. Of
 * companions the feed of main branches tells.
 */
export async function findDuePolls(db: Queryable, integrationId: number, polling: ScopePolling): Promise<ScopePoll[]> {
  return db.query<ScopePoll>(
    `select m.slice, m.stream, m.scope, b.name, m.value as bookmark
       from code_quality.branches b
       join code_quality.projects p on p.id = b.project_id and p.deleted_at is null and p.unreadable_at is null and p.left_scope_at is null
       join shared.bookmarks m on m.integration_id = $1 and m.slice = 'project:' || p.source_key and m.stream = 'issues' and m.scope = b.source_key
      where b.integration_id = $1 and not b.is_main and b.kind <> 'companion' and b.deleted_at is null
        and b.analyzed_at > now() - make_interval(days => $2)
        and greatest(m.polled_at, m.saved_at) < now() - make_interval(mins => $3)
      order by greatest(m.polled_at, m.saved_at), m.slice, m.scope limit $4`,
    [integrationId, polling.days, polling.everyMinutes, polling.atMost],
  );
}

/** Branches by their names, pull requests by their numbers; by `<slice> <scope>`. */
export async function findScopeNames(
  db: Queryable,
  integrationId: number,
  slices: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ place: string; name: string }>(
    `select 'project:' || p.source_key || ' ' || b.source_key as place,
            case b.kind when 'branch' then b.name when 'companion' then 'companion of pull request ' || b.name else 'pull request ' || b.name end as name
       from code_quality.branches b join code_quality.projects p on p.id = b.project_id
      where p.integration_id = $1 and 'project:' || p.source_key = any ($2)`,
    [integrationId, slices],
  );
  return new Map(rows.map((row) => [row.place, row.name]));
}
