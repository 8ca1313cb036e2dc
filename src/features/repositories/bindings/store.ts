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
  prefix: string;
  chosenKey: string | null;
  createdAt: Date;
  createdBy: string;
}

const from = `repositories.bindings b
  join repositories.repositories r on r.id = b.repository_id
  join shared.projects p on p.id = b.project_id
  left join shared.integrations s on s.id = p.integration_id
  left join shared.integrations i on i.id = r.integration_id`;

const columns = `b.id, b.project_id as "projectId", p.source_key as "projectKey", p.name as "projectName", p.integration_id as sonarqube,
  s.name as "sonarqubeName", b.repository_id as "repositoryId", r.project, r.slug, r.link, r.integration_id as bitbucket, i.name as "bitbucketName",
  b.mono, b.annotations, b.prefix, b.chosen_key as "chosenKey", b.created_at as "createdAt", b.created_by as "createdBy"`;

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

/** Undefined where the project is bound already. */
export async function insertBinding(
  tx: Tx,
  {
    projectId,
    repositoryId,
    mono,
    annotations,
    prefix,
    chosenKey,
    createdBy,
  }: Omit<
    BindingRow,
    | 'id'
    | 'projectKey'
    | 'projectName'
    | 'sonarqube'
    | 'sonarqubeName'
    | 'project'
    | 'slug'
    | 'link'
    | 'bitbucket'
    | 'bitbucketName'
    | 'createdAt'
  >,
): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    `insert into repositories.bindings (project_id, sonarqube_id, repository_id, mono, annotations, prefix, chosen_key, created_by)
     select p.id, p.integration_id, $2, $3, $4, $5, $6, $7 from shared.projects p where p.id = $1
     on conflict (project_id) do nothing returning id`,
    [projectId, repositoryId, mono, annotations, prefix, chosenKey, createdBy],
  );
  return row?.id;
}

export async function updateBinding(
  tx: Tx,
  id: number,
  { mono, annotations, prefix, chosenKey }: Pick<BindingRow, 'mono' | 'annotations' | 'prefix' | 'chosenKey'>,
): Promise<void> {
  await tx.execute(
    'update repositories.bindings set mono = $2, annotations = $3, prefix = $4, chosen_key = $5, changed_at = now() where id = $1',
    [id, mono, annotations, prefix, chosenKey],
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
