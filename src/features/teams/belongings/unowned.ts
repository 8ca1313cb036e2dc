import type { Queryable } from '../../../platform/database/index.ts';
import { countStates } from './ownership.ts';
import { ownersOf, ruledProjects } from './store.ts';

export interface UnownedProjects {
  tree: { id: number; name: string };
  /** As many as the page of what belongs to whom shows. */
  unowned: number;
}

/** Trees with projects that are of none of their teams, by name. */
export async function unownedProjects(db: Queryable): Promise<UnownedProjects[]> {
  const trees = await db.query<UnownedProjects['tree']>(
    'select id, name from shared.org_trees order by lower(name), id',
  );
  if (trees.length === 0) return [];
  const projects = await ruledProjects(db, []);
  const found: UnownedProjects[] = [];
  for (const tree of trees) {
    const owners = await ownersOf(db, tree.id);
    const { unowned } = countStates(projects.map(({ id }) => ({ teams: owners.get(id) ?? [] })));
    if (unowned > 0) found.push({ tree, unowned });
  }
  return found;
}
