import type { Database } from '../../src/platform/database/index.ts';

/** Runs, and the health that follows from them, differ between two histories of the same data by nature. */
const leftOutTables: ReadonlySet<string> = new Set([
  'runs',
  'run_tasks',
  'integration_health',
  'integration_health_changes',
  // They say of all the others when what was said of them, by value.
  'running_verdicts',
  'verdict_history',
  'running_fixes',
  'trace_link_history',
  // The server keeps none: there are as many as there were looks at it.
  'sonarqube_new_code_values',
]);

/** When and by which run a row was written; and what ingestion learned only by being there. */
const leftOutColumns: ReadonlySet<string> = new Set([
  'id',
  'synced_at',
  'run_id',
  'metrics_synced_to',
  'issues_synced_at',
  'metrics_synced_at',
  'history_synced_at',
  'reliable_from',
  'said_since',
]);

/** What only one of several integrations of a server has: it counts for all of them. */
const ofTheCountingOne: { tables: ReadonlySet<string>; column: string } = {
  tables: new Set(['sonarqube_vulnerability_days', 'sonarqube_vulnerability_ages']),
  column: 'duplicate_of',
};

/** What an identity stands for: the key by which people know the row, as a list of id and key. */
const keysOf: Record<string, string> = {
  main_branch_id: 'select id, name as key from data.sonarqube_branches',
  project_id: 'select id, source_key as key from data.sonarqube_projects',
  branch_id:
    "select x.id, p.source_key || ' ' || x.kind || ' ' || x.name as key from data.sonarqube_branches x join data.sonarqube_projects p on p.id = x.project_id",
  metric_id: 'select id, source_key as key from data.sonarqube_metrics',
  rule_id: 'select id, source_key as key from data.sonarqube_rules',
  issue_id: 'select id, source_key as key from data.sonarqube_issues',
  tag_id: 'select id, name as key from data.sonarqube_tags',
  deployment_id: 'select id, deployment_key as key from data.deployments',
  analysis_id: 'select id, source_key as key from data.sonarqube_analyses',
};

const titleOf = (end: 'from' | 'to'): string =>
  `(select concat_ws(' ', s.title, s.at) from data.trace_stations s where s.station = t.${end}_station and s.station_id = t.${end}_id)`;
/** The name of an environment begins with the integration it is of. */
const withoutIntegration = (column: string): string => `regexp_replace(t.${column}, '^[0-9]*:', '')`;

/** The same where the kind of the row says of what it is: stations are known by their title and time. */
const expressionOf: Record<string, string> = {
  station_id: 'null::text',
  station_key: withoutIntegration('station_key'),
  from_id: titleOf('from'),
  to_id: titleOf('to'),
  to_key: withoutIntegration('to_key'),
};

/** How a row says which project it belongs to, by the column that says so. */
const projectBy: Record<string, string> = {
  project_id: 'select p.source_key from data.sonarqube_projects p where p.id = t.project_id',
  branch_id:
    'select p.source_key from data.sonarqube_branches x join data.sonarqube_projects p on p.id = x.project_id where x.id = t.branch_id',
  issue_id:
    'select p.source_key from data.sonarqube_issues x join data.sonarqube_projects p on p.id = x.project_id where x.id = t.issue_id',
  analysis_id:
    'select p.source_key from data.sonarqube_analyses x join data.sonarqube_branches b on b.id = x.branch_id join data.sonarqube_projects p on p.id = b.project_id where x.id = t.analysis_id',
};

export interface Part {
  /** Only rows read through it; tables that no system feeds are left out. */
  integrationId?: number;
  /** True where it is compared with another integration of the same server in the same database. */
  besideAnother?: boolean;
  /** Only rows that belong to the project with this key. */
  project?: string;
}

export type DataContents = Record<string, { rows: number; digest: string }>;

/**
 * Every table of schema `data`, row by row, with identities replaced by the keys they stand for and sync times left
 * out. Two equal contents tell the same to everybody who queries them. A digest is the sum of two hashes of each row,
 * which knows no order: five million rows are neither sorted nor gathered anywhere.
 */
export async function dataContents(db: Database, part: Part = {}): Promise<DataContents> {
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns where table_schema = 'data' order by table_name, column_name`,
  );
  const tables = [...new Set(columns.map((column) => column.table_name))].filter((table) => !leftOutTables.has(table));
  const contents: DataContents = {};
  for (const table of tables) {
    const names = columns.filter((column) => column.table_name === table).map((column) => column.column_name);
    const where = conditionOf(part, names);
    if (where === undefined || (part.besideAnother === true && ofTheCountingOne.tables.has(table))) continue;
    const compared = names.filter(
      (name) =>
        !leftOutColumns.has(name) &&
        name !== 'integration_id' &&
        !(part.besideAnother === true && name === ofTheCountingOne.column),
    );
    const joined = compared.filter((name) => keysOf[name] !== undefined);
    const expressions = compared.map((name) =>
      keysOf[name] === undefined ? (expressionOf[name] ?? `t.${name}::text`) : `of_${name}.key`,
    );
    const row = `concat_ws('|', ${expressions.map((expression) => `coalesce(${expression}, '∅')`).join(', ')})`;
    const joins = joined.map((name) => `left join (${keysOf[name]}) of_${name} on of_${name}.id = t.${name}`);
    contents[table] = await db.one(
      `select count(*)::int as rows, coalesce(sum(hashtextextended(r.text, 1)) || ' ' || sum(hashtextextended(r.text, 2)), '') as digest
         from (select ${row} as text from data.${table} t ${joins.join(' ')} where ${where}) r`,
      [part.integrationId ?? null, part.project ?? null],
    );
  }
  return contents;
}

/** Undefined for a table that has nothing of this part. */
function conditionOf({ integrationId, project }: Part, columns: readonly string[]): string | undefined {
  const conditions = ['$1::bigint is not distinct from $1', '$2::text is not distinct from $2'];
  if (integrationId !== undefined) {
    if (!columns.includes('integration_id')) return undefined;
    conditions.push('t.integration_id = $1');
  }
  if (project !== undefined) {
    const column = Object.keys(projectBy).find((name) => columns.includes(name));
    if (column === undefined) return undefined;
    conditions.push(`(${projectBy[column]}) = $2`);
  }
  return conditions.join(' and ');
}
