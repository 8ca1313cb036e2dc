import type { ScopePoll, ScopePolling } from '../../connectors/contract.ts';
import type { Queryable } from '../../platform/database/index.ts';
import type { Holdings } from '../ingestion/sink.ts';

/** Findings of one scope of a slice ($1 integration, $2 project key, $3 scope, $4 kind) that are not gone. */
const held = `
  code_quality.findings f
  join code_quality.branches b on b.id = f.branch_id and b.source_key = $3
  join code_quality.projects p on p.id = b.project_id and p.integration_id = $1 and p.source_key = $2
 where f.project_id = p.id and f.kind = $4 and f.deleted_at is null`;

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
    async statuses(stream, scope, keys) {
      if (keys.length === 0) return new Map();
      const rows =
        stream === 'rules'
          ? // A row without a hash holds a rule's key alone.
            await db.query<{ source_key: string; status: string }>(
              `select source_key, '' as status from code_quality.rules
                where integration_id = $1 and source_key = any ($2) and row_hash is not null`,
              [integrationId, keys],
            )
          : await db.query<{ source_key: string; status: string }>(
              `select f.source_key, f.status from ${held} and f.integration_id = $1 and f.source_key = any ($5)`,
              [...place(stream, scope), keys],
            );
      return new Map(rows.map((row) => [row.source_key, row.status]));
    },
    async endedBefore(stream, scope, at) {
      const rows = await db.query<{ source_key: string }>(
        `select f.source_key from ${held} and f.status = 'CLOSED' and f.closed_at < $5`,
        [...place(stream, scope), at],
      );
      return rows.map((row) => row.source_key);
    },
    async keys(stream) {
      if (stream !== 'projects') throw new Error(`keys of ${stream} are not listed`);
      const rows = await db.query<{ source_key: string }>(
        'select source_key from code_quality.projects where integration_id = $1 and deleted_at is null order by source_key, id',
        [integrationId],
      );
      return rows.map((row) => row.source_key);
    },
  };
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

/** Branches other than the main one, and pull requests, that a reading has marked and no poll has seen for a while. */
export async function findDuePolls(db: Queryable, integrationId: number, polling: ScopePolling): Promise<ScopePoll[]> {
  return db.query<ScopePoll>(
    `select m.slice, m.stream, m.scope, b.name, m.value as bookmark
       from code_quality.branches b
       join code_quality.projects p on p.id = b.project_id and p.deleted_at is null and p.unreadable_at is null and p.left_scope_at is null
       join shared.bookmarks m on m.integration_id = $1 and m.slice = 'project:' || p.source_key and m.stream = 'issues' and m.scope = b.source_key
      where b.integration_id = $1 and not b.is_main and b.deleted_at is null
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
            case b.kind when 'pull_request' then 'pull request ' || b.name else b.name end as name
       from code_quality.branches b join code_quality.projects p on p.id = b.project_id
      where p.integration_id = $1 and 'project:' || p.source_key = any ($2)`,
    [integrationId, slices],
  );
  return new Map(rows.map((row) => [row.place, row.name]));
}
