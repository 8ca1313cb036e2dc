import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { BoundProject } from './rules.ts';

export interface BindingRow {
  id: number;
  projectId: number;
  projectKey: string;
  projectName: string;
  sonarqube: number;
  sonarqubeName: string | null;
  repositoryId: number;
  project: string;
  slug: string;
  link: string | null;
  bitbucket: number;
  bitbucketName: string | null;
  mono: boolean;
  annotations: boolean;
  buildStatus: boolean;
  summaryComment: boolean;
  prefix: string;
  chosenKey: string | null;
  createdAt: Date;
  createdBy: string;
  sonarqubeUrl: string | null;
  /** Where links of reports lead. */
  sonarqubeLinks: string | null;
  bitbucketUrl: string | null;
  /** As `Origin`; null before the server was asked. */
  origin: unknown;
  /** The pattern that the hub has limited the project to. */
  inclusion: string | null;
  inclusionState: InclusionState | null;
  inclusionMessage: string | null;
  lookedAt: Date | null;
}

export type InclusionState = 'set' | 'other' | 'refused' | 'unknown';

/** What the server said of a bound project. */
export interface Looked {
  /** Null where it did not answer: what it said before stays. */
  origin: unknown;
  inclusion: string | null;
  state: InclusionState | null;
  message: string | null;
}

const from = `repositories.bindings b
  join repositories.repositories r on r.id = b.repository_id
  join shared.projects p on p.id = b.project_id
  left join shared.integrations s on s.id = p.integration_id
  left join shared.integrations i on i.id = r.integration_id`;

const columns = `b.id, b.project_id as "projectId", p.source_key as "projectKey", p.name as "projectName", p.integration_id as sonarqube,
  s.name as "sonarqubeName", b.repository_id as "repositoryId", r.project, r.slug, r.link, r.integration_id as bitbucket, i.name as "bitbucketName",
  b.mono, b.annotations, b.build_status as "buildStatus", b.summary_comment as "summaryComment", b.prefix, b.chosen_key as "chosenKey", b.created_at as "createdAt", b.created_by as "createdBy",
  s.url as "sonarqubeUrl", s.public_url as "sonarqubeLinks", i.url as "bitbucketUrl", b.origin, b.inclusion, b.inclusion_state as "inclusionState",
  b.inclusion_message as "inclusionMessage", b.looked_at as "lookedAt"`;

export interface BindingFilter {
  /** A pattern for `ilike`; null: any. */
  containing: string | null;
  repository: number | null;
}

const matching = `($1::text is null or p.source_key ilike $1 or p.name ilike $1 or r.project || '/' || r.slug ilike $1)
  and ($2::bigint is null or b.repository_id = $2)`;

export async function findBindings(
  db: Queryable,
  { containing, repository }: BindingFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: BindingRow[]; total: number }> {
  const values = [containing, repository];
  const { total } = await db.one<{ total: number }>(`select count(*) as total from ${from} where ${matching}`, values);
  const rows = await db.query<BindingRow>(
    `select ${columns} from ${from} where ${matching} order by lower(r.project), r.slug, lower(p.name), b.id limit $3 offset $4`,
    [...values, limit, offset],
  );
  return { rows, total };
}

export function findBinding(db: Queryable, id: number): Promise<BindingRow | undefined> {
  return db.maybeOne<BindingRow>(`select ${columns} from ${from} where b.id = $1`, [id]);
}

/** A project is bound once. */
export function findBindingOf(db: Queryable, projectId: number): Promise<BindingRow | undefined> {
  return db.maybeOne<BindingRow>(`select ${columns} from ${from} where b.project_id = $1`, [projectId]);
}

/** All that are bound to these repositories, to be compared with each other. */
export async function boundTo(
  db: Queryable,
  repositories: readonly number[],
): Promise<(BoundProject & { id: number; repositoryId: number })[]> {
  return db.query(
    `select b.id, b.repository_id as "repositoryId", b.project_id as "projectId", p.source_key as "projectKey", p.name as "projectName",
            b.mono, b.prefix, b.chosen_key as "chosenKey"
       from repositories.bindings b join shared.projects p on p.id = b.project_id
      where b.repository_id = any ($1) order by b.id`,
    [repositories],
  );
}

/** Held until the transaction ends, so that two bindings of one repository are compared one after the other. */
export async function lockRepository(tx: Tx, repositoryId: number): Promise<void> {
  await tx.query('select id from repositories.repositories where id = $1 for update', [repositoryId]);
}

/** What a person says of a binding. */
type StoredSettings = Pick<
  BindingRow,
  'mono' | 'annotations' | 'buildStatus' | 'summaryComment' | 'prefix' | 'chosenKey'
>;

/** Undefined where the project is bound already. */
export async function insertBinding(
  tx: Tx,
  {
    projectId,
    repositoryId,
    mono,
    annotations,
    buildStatus,
    summaryComment,
    prefix,
    chosenKey,
    createdBy,
  }: StoredSettings & Pick<BindingRow, 'projectId' | 'repositoryId' | 'createdBy'>,
): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    `insert into repositories.bindings (project_id, sonarqube_id, repository_id, mono, annotations, prefix, chosen_key, created_by, build_status, summary_comment)
     select p.id, p.integration_id, $2, $3, $4, $5, $6, $7, $8, $9 from shared.projects p where p.id = $1
     on conflict (project_id) do nothing returning id`,
    [projectId, repositoryId, mono, annotations, prefix, chosenKey, createdBy, buildStatus, summaryComment],
  );
  return row?.id;
}

export async function updateBinding(
  tx: Tx,
  id: number,
  { mono, annotations, buildStatus, summaryComment, prefix, chosenKey }: StoredSettings,
): Promise<void> {
  await tx.execute(
    `update repositories.bindings
        set mono = $2, annotations = $3, prefix = $4, chosen_key = $5, build_status = $6, summary_comment = $7, changed_at = now()
      where id = $1`,
    [id, mono, annotations, prefix, chosenKey, buildStatus, summaryComment],
  );
}

export async function deleteBinding(tx: Tx, id: number): Promise<boolean> {
  return (await tx.execute('delete from repositories.bindings where id = $1', [id])) > 0;
}

/** Repositories that are there under these names, in any of the servers, or in the one that is named. */
export async function repositoriesNamed(
  db: Queryable,
  {
    project,
    slug,
    base,
    integration,
  }: { project: string; slug: string; base: string | null; integration: string | null },
): Promise<{ id: number; integration: string }[]> {
  return db.query(
    `select r.id, i.name as integration from repositories.repositories r join shared.integrations i on i.id = r.integration_id
      where lower(r.project) = lower($1) and r.slug = lower($2) and r.deleted_at is null
        and ($3::text is null or i.url = $3) and ($4::text is null or i.name = $4 or i.id::text = $4)
      order by r.id`,
    [project, slug, base, integration],
  );
}

export async function saveLooked(
  db: Queryable,
  id: number,
  { origin, inclusion, state, message }: Looked,
): Promise<void> {
  await db.execute(
    `update repositories.bindings
        set origin = coalesce($2::jsonb, origin), inclusion = $3, inclusion_state = $4, inclusion_message = $5, looked_at = now()
      where id = $1`,
    [id, origin === null ? null : JSON.stringify(origin), inclusion, state, message],
  );
}

/** So many open findings of a project are looked at in a list; more only where one binding is asked for. */
const sample = 5_000;

/** Of bindings with a prefix: those whose project holds open findings outside it. */
export async function withFindingsOutside(db: Queryable, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db.query<{ id: number }>(
    `select b.id from repositories.bindings b
      where b.id = any ($1) and b.prefix <> '' and exists (
        select from (select f.path_id from shared.findings f
                      where f.project_id = b.project_id and f.counted_state = 'open' limit ${sample} /* any: a sample */) sampled
          join shared.paths p on p.id = sampled.path_id where not starts_with(p.path, b.prefix || '/'))`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** How many open findings lie outside the prefix, and some of their files. */
export async function findingsOutside(db: Queryable, id: number): Promise<{ count: number; files: string[] }> {
  return db.one(
    `with outside as (
       select p.path, count(*) as n from repositories.bindings b
         join shared.findings f on f.project_id = b.project_id and f.counted_state = 'open'
         join shared.paths p on p.id = f.path_id
        where b.id = $1 and b.prefix <> '' and not starts_with(p.path, b.prefix || '/') group by p.path)
     select coalesce(sum(n), 0)::int as count,
            array(select path from outside order by n desc, path limit 3) as files from outside`,
    [id],
  );
}
