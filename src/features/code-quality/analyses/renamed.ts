import type { Queryable } from '../../../platform/database/index.ts';

/** Key and name of each analysed project of an integration, and since when it is gone: whoever judged by its analyses said so. */
export function projectNames(db: Queryable, integrationId: number): Promise<Map<number, string>> {
  return namesOf(
    db,
    `select p.id, p.source_key || ' ' || p.name || ' ' || coalesce(p.deleted_at::text, '') as words from code_quality.projects p
      where p.integration_id = $1 and exists (select from code_quality.analyses a where a.project_id = p.id)`,
    integrationId,
  );
}

/** The branches of a project by name, and which is the main one: its analysis of a commit counts before the others'. */
export function branchNames(db: Queryable, projectId: number): Promise<Map<number, string>> {
  return namesOf(
    db,
    `select b.project_id as id, string_agg(b.id || ' ' || b.name || ' ' || b.is_main, ' ' order by b.id) as words
       from code_quality.branches b where b.project_id = $1
        and exists (select from code_quality.analyses a where a.branch_id = b.id) group by 1`,
    projectId,
  );
}

async function namesOf(db: Queryable, query: string, id: number): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; words: string }>(query, [id]);
  return new Map(rows.map((row) => [row.id, row.words]));
}

/** Changes for projects that are named otherwise, went or came back. One that is new is told of by its analyses. */
export function renamed(
  before: ReadonlyMap<number, string>,
  after: ReadonlyMap<number, string>,
): { kind: string; id: number }[] {
  return [...after]
    .filter(([id, words]) => before.has(id) && before.get(id) !== words)
    .map(([id]) => ({ kind: 'analyses_of_project', id }));
}
