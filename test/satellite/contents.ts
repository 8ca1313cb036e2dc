import type { Database } from '../../src/platform/database/index.ts';

/** What an integration of a registry holds: everything but identities and the moments at which it was read. */
export async function imagesOf(db: Database, id: number): Promise<Record<string, object[]>> {
  const rows = (columns: string, from: string): Promise<object[]> =>
    db.query(`select ${columns} from ${from} where t.integration_id = $1 order by ${columns}`, [id]);
  return {
    images: await rows('t.repository, t.digest, t.media_type, t.created_at', 'data.images t'),
    tags: await rows('t.repository, t.name, i.digest', 'data.image_tags t join data.images i on i.id = t.image_id'),
    platforms: await rows('t.digest, t.os, t.architecture, t.size_bytes', 'data.image_platforms t'),
    claims: await rows(
      'i.digest, t.platform_digest, t.trust, t.source, t.revision, t.ref',
      'data.image_claims t join data.images i on i.id = t.image_id',
    ),
  };
}

const definedIn = "coalesce(x.organization, '') || '/' || coalesce(x.project, '') || '/'";

/** What an identity of Harness’s tables stands for. */
const keyOf: Readonly<Record<string, string>> = {
  execution_id: 'select x.execution from data.harness_executions x where x.id = t.execution_id',
  pipeline_id:
    "select p.organization || '/' || p.identifier || '/' || x.identifier from data.harness_pipelines x join data.harness_projects p on p.id = x.project_id where x.id = t.pipeline_id",
  project_id: "select x.organization || '/' || x.identifier from data.harness_projects x where x.id = t.project_id",
  service_id: `select ${definedIn} || x.identifier from data.harness_services x where x.id = t.service_id`,
  environment_id: `select ${definedIn} || x.identifier from data.harness_environments x where x.id = t.environment_id`,
  organization_id: 'select x.identifier from data.harness_organizations x where x.id = t.organization_id',
};

/** By whom and when it was read. */
const ofTheReading: ReadonlySet<string> = new Set([
  'id',
  'integration_id',
  'first_seen_at',
  'synced_at',
  'received_at',
  'changed_at',
]);

/** Every row of every table of Harness and of the deployments, of a database with one account in it. */
export async function harnessContents(db: Database): Promise<Record<string, string[]>> {
  const columns = await db.query<{ table: string; name: string }>(
    `select table_name as table, column_name as name from information_schema.columns
      where table_schema = 'data' and (starts_with(table_name, 'harness_') or table_name = 'deployments') order by 1, 2`,
  );
  const contents: Record<string, string[]> = {};
  for (const [table, own] of Map.groupBy(columns, (column) => column.table)) {
    const pairs = own
      .filter(({ name }) => !ofTheReading.has(name))
      .map(({ name }) => `'${name}', ${keyOf[name] === undefined ? `t.${name}` : `(${keyOf[name]})`}`);
    const rows = await db.query<{ row: string }>(
      `select jsonb_build_object(${pairs.join(', ')})::text as row from data.${table} t order by 1`,
    );
    contents[table] = rows.map(({ row }) => row);
  }
  return contents;
}

/** Tables of any room that hold a text somewhere, by their names. */
export async function tablesHolding(db: Database, text: string): Promise<{ searched: number; found: string[] }> {
  const tables = await db.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { n } = await db.one<{ n: number }>(
      `select count(*)::int as n from ${name} t where position($1 in to_jsonb(t)::text) > 0`,
      [text],
    );
    if (n > 0) found.push(name);
  }
  return { searched: tables.length, found };
}
