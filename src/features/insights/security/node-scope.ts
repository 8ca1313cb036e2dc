import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type FilterFields, type Scope, scopeOf } from './scope.ts';

/**
 * What a request asks about. The projects of a node are those that its numbers were made of, so that lists and sums are
 * of the same; of some of them, their own numbers answer. Throws `org_node_not_found`.
 */
export async function readScope(db: Queryable, query: FilterFields & { node?: number | undefined }): Promise<Scope> {
  const scope = scopeOf(query);
  const { node } = query;
  if (node === undefined) return scope;
  const row = await db.maybeOne<{ ids: number[] }>(
    `select coalesce(array_agg(h.project_id order by h.project_id) filter (where h.project_id is not null), '{}')::bigint[] as ids
       from shared.org_nodes n left join insights.node_projects h on h.node_id = n.id where n.id = $1 group by n.id`,
    [node],
  );
  if (row === undefined) throw new PlumblineError('org_node_not_found');
  const ids = row.ids.map(Number);
  if (scope.projects === null) return { ...scope, node, projects: ids };
  return { ...scope, projects: scope.projects.filter((id) => ids.includes(id)) };
}
