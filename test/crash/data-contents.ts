import type { Database } from '../../src/platform/database/index.ts';

/** Bookkeeping of runs differs between two histories of the same data by nature. */
const leftOutTables: ReadonlySet<string> = new Set(['runs', 'run_tasks']);

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
]);

/** What an identity stands for: the key by which people know the row. */
const keyOf: Record<string, string> = {
  integration_id: "''",
  main_branch_id: 'select x.name from data.sonarqube_branches x where x.id = t.main_branch_id',
  project_id: 'select source_key from data.sonarqube_projects x where x.id = t.project_id',
  branch_id:
    "select p.source_key || ' ' || x.kind || ' ' || x.name from data.sonarqube_branches x join data.sonarqube_projects p on p.id = x.project_id where x.id = t.branch_id",
  metric_id: 'select source_key from data.sonarqube_metrics x where x.id = t.metric_id',
  rule_id: 'select source_key from data.sonarqube_rules x where x.id = t.rule_id',
  issue_id: 'select source_key from data.sonarqube_issues x where x.id = t.issue_id',
  tag_id: 'select name from data.sonarqube_tags x where x.id = t.tag_id',
  analysis_id: 'select source_key from data.sonarqube_analyses x where x.id = t.analysis_id',
};

export type DataContents = Record<string, { rows: number; digest: string }>;

/**
 * Every table of schema `data`, row by row, with identities replaced by the keys they stand for and sync times left
 * out. Two equal contents tell the same to everybody who queries them.
 */
export async function dataContents(db: Database): Promise<DataContents> {
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns where table_schema = 'data' order by table_name, column_name`,
  );
  const tables = [...new Set(columns.map((column) => column.table_name))].filter((table) => !leftOutTables.has(table));
  const contents: DataContents = {};
  for (const table of tables) {
    const expressions = columns
      .filter((column) => column.table_name === table && !leftOutColumns.has(column.column_name))
      .map(({ column_name: name }) => (keyOf[name] === undefined ? `t.${name}::text` : `(${keyOf[name]})`));
    const row = `concat_ws('|', ${expressions.map((expression) => `coalesce(${expression}, '∅')`).join(', ')})`;
    contents[table] = await db.one(
      `select count(*)::int as rows, coalesce(md5(string_agg(md5(r.text), '' order by r.text)), '') as digest from (select ${row} as text from data.${table} t) r`,
    );
  }
  return contents;
}
