import { type Queryable, visibleNow } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { requireNodes } from '../../teams/index.ts';
import { type FilterFields, type Scope, scopeOf } from './scope.ts';

export interface NodeFields {
  node?: number | undefined;
  /** A day at whose end the tree stood as it is asked for. */
  treeAt?: string | undefined;
}

/**
 * What a request asks about. The projects of a node are those that its numbers were made of, so that lists and sums are
 * of the same; of some of them, and of a tree as it stood once, their own numbers answer. Throws `org_node_not_found`,
 * `org_node_not_then`.
 */
export async function readScope(db: Queryable, query: FilterFields & NodeFields): Promise<Scope> {
  const scope = boundScope(query);
  const { node, treeAt } = query;
  requireSeen(query);
  if (node === undefined) return scope;
  const ids = treeAt === undefined ? await heldNow(db, node) : await heldThen(db, node, treeAt);
  const recomputing = treeAt === undefined ? await recomputingOf(db, [node]) : 0;
  if ((query.projects ?? []).length > 0)
    return { ...scope, recomputing, projects: (scope.projects ?? []).filter((id) => ids.includes(id)) };
  return { ...scope, recomputing, node: treeAt === undefined && recomputing === 0 ? node : null, projects: ids };
}

/** Projects of which the own numbers of nodes hold a part. */
export async function recomputingOf(db: Queryable, nodes: readonly number[]): Promise<number> {
  const { n } = await db.one<{ n: number }>(
    'select count(distinct project_id) as n from insights.moving_nodes where node_id = any ($1::bigint[])',
    [nodes],
    'insights recomputing',
  );
  return n;
}

async function heldNow(db: Queryable, node: number): Promise<number[]> {
  await requireNodes(db, [node]);
  const rows = await db.query<{ id: number }>(
    'select project_id as id from insights.node_projects where node_id = $1 order by 1',
    [node],
  );
  return rows.map(({ id }) => id);
}

/** What held at the end of a day, in UTC: `$n` is the day. */
export const stoodAt = (row: string, parameter: string): string => {
  const end = `((${parameter}::date + 1)::timestamp at time zone 'UTC')`;
  return `${row}.valid_from < ${end} and ${row}.valid_to >= ${end}`;
};

async function heldThen(db: Queryable, node: number, day: string): Promise<number[]> {
  const known = await db.maybeOne<{ stood: boolean }>(
    `select bool_or(${stoodAt('n', '$2')}) as stood from shared.org_node_periods n where n.id = $1 group by n.id`,
    [node, day],
  );
  if (known === undefined) throw new PlumblineError('org_node_not_found');
  if (!known.stood) throw new PlumblineError('org_node_not_then');
  const rows = await db.query<{ id: number }>(
    `select distinct h.project_id as id from shared.node_project_periods h where h.node_id = $1 and ${stoodAt('h', '$2')} order by 1`,
    [node, day],
  );
  return rows.map(({ id }) => id);
}

/** Who works in some teams asks about their projects, each counted once, where others ask about the organization. */
function boundScope(query: FilterFields): Scope {
  const scope = scopeOf(query);
  const visible = visibleNow();
  if (visible === undefined) return scope;
  const projects = scope.projects ?? visible.projects;
  return { ...scope, projects: projects.filter((id) => visible.projects.includes(id)) };
}

/** Throws `org_node_not_found`, `not_authorized`. */
function requireSeen({ node, treeAt }: NodeFields): void {
  const visible = visibleNow();
  if (visible === undefined) return;
  // Of a node above, only the name is for who works below it: its numbers are of others, too.
  if (node !== undefined && !visible.nodes.includes(node)) throw new PlumblineError('org_node_not_found');
  // What was theirs then may be somebody else's now: a part of it would pass for the whole.
  if (treeAt !== undefined)
    throw new PlumblineError('not_authorized', {
      message: 'A tree as it stood once is about the whole organization; you work in some of its teams.',
    });
}
