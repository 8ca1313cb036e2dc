import { z } from 'zod';
import type { Queryable } from '../../../platform/database/index.ts';
import { buildKeyOf, effectiveKey } from '../../repositories/index.ts';
import { LookedAtPullRequest } from './contract.ts';

export interface CheckedRepository {
  id: number;
  integrationId: number;
  integrationName: string | null;
  project: string;
  slug: string;
  link: string | null;
}

export function findRepository(db: Queryable, id: number): Promise<CheckedRepository | undefined> {
  return db.maybeOne(
    `select r.id, r.integration_id as "integrationId", i.name as "integrationName", r.project, r.slug, r.link
       from shared.code_repositories r left join shared.integrations i on i.id = r.integration_id
      where r.id = $1 and r.deleted_at is null`,
    [id],
  );
}

export interface BoundReport {
  bindingId: number;
  projectId: number;
  projectKey: string;
  projectName: string;
  annotations: boolean;
  reportKey: string;
  /** Null where the binding writes no build status. */
  buildKey: string | null;
}

interface BoundRow extends Omit<BoundReport, 'reportKey' | 'buildKey'> {
  mono: boolean;
  buildStatus: boolean;
  prefix: string;
  chosenKey: string | null;
}

export async function boundReports(db: Queryable, repositoryId: number): Promise<BoundReport[]> {
  const rows = await db.query<BoundRow>(
    `select b.id as "bindingId", b.project_id as "projectId", p.source_key as "projectKey", p.name as "projectName", b.annotations,
            b.build_status as "buildStatus", b.mono, b.prefix, b.chosen_key as "chosenKey"
       from shared.bindings b join shared.projects p on p.id = b.project_id
      where b.repository_id = $1 order by lower(p.name), b.id`,
    [repositoryId],
  );
  return rows.map(({ bindingId, projectId, projectKey, projectName, annotations, ...row }) => ({
    bindingId,
    projectId,
    projectKey,
    projectName,
    annotations,
    reportKey: effectiveKey({ ...row, projectId, projectKey, projectName }),
    buildKey: row.buildStatus ? buildKeyOf({ projectKey, mono: row.mono }) : null,
  }));
}

export interface OpenPullRequest {
  id: number;
  number: number;
  title: string;
  link: string | null;
  head: string;
}

/** The first few of the open ones: those whose report fails, then those without, then the newest. */
export async function openPullRequests(
  db: Queryable,
  repositoryId: number,
  atMost: number,
): Promise<{ total: number; pullRequests: OpenPullRequest[] }> {
  const open = "p.repository_id = $1 and p.state = 'open' and p.deleted_at is null";
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from shared.pull_requests p where ${open}`,
    [repositoryId],
  );
  const pullRequests = await db.query<OpenPullRequest>(
    `select p.id, p.source_key::bigint as number, p.title, p.link, p.head
       from shared.pull_requests p
       left join lateral (
         select bool_or(t.result = 'FAIL') as failed, bool_or(t.result is null) as missing from reports.reports t
          where t.repository_id = p.repository_id and t.commit = p.head) reports on true
      where ${open}
      order by coalesce(reports.failed, false) desc, coalesce(reports.missing, false) desc, p.updated_at desc, p.id desc limit $2`,
    [repositoryId, atMost],
  );
  return { total, pullRequests };
}

/** What lies on each head under each key, as far as is known: by `<commit> <key>`. */
export async function resultsOf(
  db: Queryable,
  repositoryId: number,
  commits: readonly string[],
): Promise<ReadonlyMap<string, 'PASS' | 'FAIL'>> {
  const rows = await db.query<{ commit: string; key: string; result: 'PASS' | 'FAIL' }>(
    `select commit, report_key as key, result from reports.reports
      where repository_id = $1 and commit = any ($2) and result is not null`,
    [repositoryId, commits],
  );
  return new Map(rows.map(({ commit, key, result }) => [`${commit} ${key}`, result]));
}

const Seen = z.object({ at: z.iso.datetime(), number: z.int(), title: z.string(), link: z.string().nullable() });
/** What was seen of one key: the newest of each. */
const Sighting = z.object({ blocked: Seen.extend({ veto: z.string() }).nullable(), open: Seen.nullable() });
export type Sighting = z.infer<typeof Sighting>;

const StoredLook = z.object({
  at: z.date(),
  openPullRequests: z.int(),
  pullRequests: z.array(LookedAtPullRequest),
  sightings: z.record(z.string(), Sighting),
});
export type StoredLook = z.infer<typeof StoredLook>;

export async function readLook(db: Queryable, repositoryId: number): Promise<StoredLook | null> {
  const row = await db.maybeOne(
    `select looked_at as at, open_pull_requests as "openPullRequests", pull_requests as "pullRequests", sightings
       from reports.merge_looks where repository_id = $1`,
    [repositoryId],
  );
  return row === undefined ? null : StoredLook.parse(row);
}

/** Of two looks at once the later counts; what only the other saw is seen again. */
export async function keepLook(
  db: Queryable,
  { id, integrationId }: Pick<CheckedRepository, 'id' | 'integrationId'>,
  { at, openPullRequests: open, pullRequests, sightings }: StoredLook,
): Promise<void> {
  await db.execute(
    `insert into reports.merge_looks as l (repository_id, integration_id, looked_at, open_pull_requests, pull_requests, sightings)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (repository_id) do update
        set integration_id = excluded.integration_id, looked_at = excluded.looked_at, open_pull_requests = excluded.open_pull_requests,
            pull_requests = excluded.pull_requests, sightings = excluded.sightings
      where l.looked_at <= excluded.looked_at`,
    [id, integrationId, at, open, JSON.stringify(pullRequests), JSON.stringify(sightings)],
  );
}
