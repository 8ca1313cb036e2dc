import { type Cell, copyRows, type Queryable, type Tx } from '../../../platform/database/index.ts';
import type { Plan, TreePerson, TreeRule } from './build.ts';
import type { TreeFilter } from './contract.ts';
import type { Standing } from './difference.ts';
import { heldAt, keepPeriod } from './periods.ts';

export interface TreeRow {
  id: number;
  name: string;
  levels: string[];
  filters: TreeFilter[];
  automatic: boolean;
  teams: number;
  people: number;
  outdated: boolean;
  builtAt: Date | null;
  builtBy: string | null;
  createdAt: Date;
  createdBy: string;
}

const treeColumns = `t.id, t.name, t.levels, t.filters, t.automatic, t.built_at as "builtAt", t.built_by as "builtBy",
  t.created_at as "createdAt", t.created_by as "createdBy",
  (t.built_people_version, t.built_rule_version) is distinct from (s.version, t.rule_version) as outdated,
  (select count(*) from teams.node_periods n where n.tree_id = t.id and n.valid_to is null and n.leaf) as teams,
  (select count(*) from teams.memberships m where m.tree_id = t.id and m.valid_to is null) as people`;

export function findTrees(db: Queryable): Promise<TreeRow[]> {
  return db.query(
    `select ${treeColumns} from teams.org_trees t cross join teams.people_state s where t.deleted_at is null
      order by lower(t.name), t.id`,
  );
}

export function findTree(db: Queryable, id: number): Promise<TreeRow | undefined> {
  return db.maybeOne(
    `select ${treeColumns} from teams.org_trees t cross join teams.people_state s where t.id = $1 and t.deleted_at is null`,
    [id],
  );
}

/** Undefined where another tree has the name. */
export async function insertTree(
  tx: Tx,
  { name, levels, filters, automatic }: TreeRule & { name: string; automatic: boolean },
  by: string,
): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    `insert into teams.org_trees (name, levels, filters, automatic, created_by) values ($1, $2, $3, $4, $5)
     on conflict (lower(name)) where deleted_at is null do nothing returning id`,
    [name, levels, JSON.stringify(filters), automatic, by],
  );
  return row?.id;
}

/** False where another tree has the name. A rule that is said as it was leaves the tree as it is. */
export async function updateTree(
  tx: Tx,
  id: number,
  { name, levels, filters, automatic }: TreeRule & { name: string; automatic: boolean },
): Promise<boolean> {
  const taken = await tx.query(
    'select id from teams.org_trees where lower(name) = lower($2) and id <> $1 and deleted_at is null',
    [id, name],
  );
  if (taken.length > 0) return false;
  await tx.execute(
    `update teams.org_trees set name = $2, levels = $3, filters = $4, automatic = $5,
       rule_version = rule_version + case when (levels, filters) is distinct from ($3::text[], $4::jsonb) then 1 else 0 end
      where id = $1`,
    [id, name, levels, JSON.stringify(filters), automatic],
  );
  await keepPeriod(tx, id);
  return true;
}

/** What it held ends with it, and stays as history. */
export async function endTree(tx: Tx, id: number): Promise<void> {
  await tx.execute('update teams.memberships set valid_to = now() where tree_id = $1 and valid_to is null', [id]);
  await tx.execute('update teams.node_periods set valid_to = now() where tree_id = $1 and valid_to is null', [id]);
  await tx.execute('update teams.tree_periods set valid_to = now() where tree_id = $1 and valid_to is null', [id]);
  await tx.execute('update teams.org_trees set deleted_at = now() where id = $1', [id]);
}

/** Everybody as they are now, or were then, some at a time: a driver that turns them all into objects at once holds everybody else up. */
export async function peopleAt(db: Queryable, at: string | null = null): Promise<TreePerson[]> {
  const people: TreePerson[] = [];
  for (let after = 0; ; ) {
    const rows = await db.query<TreePerson>(
      `select p.id, p.email, c.name, c.manager_email as "managerEmail", c.attributes
         from teams.people p join teams.person_periods c on c.person_id = p.id and ${heldAt('c', 2)}
        where p.id > $1 order by p.id limit 5000`,
      [after, at],
    );
    if (rows.length === 0) return people;
    people.push(...rows);
    after = rows.at(-1)?.id ?? after;
  }
}

export async function standingOf(db: Queryable, tree: number): Promise<Standing> {
  const nodes = await db.query<Standing['nodes'][number]>(
    `select n.key, a.key as parent, p.name, p.leaf, p.manager_id as manager
       from teams.node_periods p join teams.nodes n on n.id = p.node_id left join teams.nodes a on a.id = p.parent_id
      where p.tree_id = $1 and p.valid_to is null`,
    [tree],
  );
  const members = await db.query<{ person: number; key: string }>(
    `select m.person_id as person, n.key from teams.memberships m join teams.nodes n on n.id = m.node_id
      where m.tree_id = $1 and m.valid_to is null`,
    [tree],
  );
  return { nodes, teamOf: new Map(members.map(({ person, key }) => [person, key])) };
}

/** Makes a tree what was planned: only what differs ends, and only that begins. */
export async function writePlan(tx: Tx, tree: number, plan: Pick<Plan, 'nodes' | 'teamOf'>, by: string): Promise<void> {
  await tx.execute(
    `create temporary table planned_nodes (key text collate "C", parent text collate "C", name text, leaf boolean, depth integer, manager bigint) on commit drop`,
  );
  await tx.execute('create temporary table planned_members (person bigint, key text collate "C") on commit drop');
  const nodeCells = function* (): Generator<Cell[]> {
    for (const { key, parent, name, leaf, depth, manager } of plan.nodes)
      yield [key, parent, name, leaf, depth, manager];
  };
  await copyRows(tx, 'planned_nodes', ['key', 'parent', 'name', 'leaf', 'depth', 'manager'], nodeCells());
  await copyRows(tx, 'planned_members', ['person', 'key'], plan.teamOf);
  // With what stands just written, and counted by nobody yet, each of many people would be compared with all of them.
  await tx.execute('create index on planned_nodes (key)');
  await tx.execute('create index on planned_members (person)');
  await tx.execute('analyze planned_nodes');
  await tx.execute('analyze planned_members');
  await tx.execute(
    'insert into teams.nodes (tree_id, key) select $1, key from planned_nodes order by depth, key on conflict do nothing',
    [tree],
  );
  const planned = `select n.id, a.id as parent, w.name, w.leaf, w.depth, w.manager, ${levelAt('w.depth')} as level
    from planned_nodes w join teams.nodes n on n.tree_id = $1 and n.key = w.key
    join teams.org_trees t on t.id = $1
    left join teams.nodes a on a.tree_id = $1 and a.key = w.parent`;
  await tx.execute(
    `update teams.node_periods p set valid_to = now()
      where p.tree_id = $1 and p.valid_to is null and not exists (select from (${planned}) w where w.id = p.node_id
        and (w.parent, w.name, w.leaf, w.depth, w.manager, w.level)
          is not distinct from (p.parent_id, p.name, p.leaf, p.depth, p.manager_id, p.level))`,
    [tree],
  );
  await tx.execute(
    `insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth, manager_id, level)
     select w.id, $1, w.parent, w.name, w.leaf, w.depth, w.manager, w.level from (${planned}) w
      where not exists (select from teams.node_periods p where p.node_id = w.id and p.valid_to is null) order by w.id`,
    [tree],
  );
  await writeMembers(tx, tree);
  await tx.execute(
    `update teams.org_trees t set built_people_version = s.version, built_rule_version = t.rule_version, built_at = now(), built_by = $2
       from teams.people_state s where t.id = $1`,
    [tree, by],
  );
  await keepPeriod(tx, tree);
  await tx.execute('drop table planned_nodes, planned_members');
}

/** What a node at that depth stands for: below attributes, managers go on. */
const levelAt = (depth: string): string => `coalesce(t.levels[${depth} + 1], t.levels[cardinality(t.levels)])`;

async function writeMembers(tx: Tx, tree: number): Promise<void> {
  const planned = `select w.person, n.id as node from planned_members w join teams.nodes n on n.tree_id = $1 and n.key = w.key`;
  await tx.execute(
    `update teams.memberships m set valid_to = now()
      where m.tree_id = $1 and m.valid_to is null
        and not exists (select from (${planned}) w where w.person = m.person_id and w.node = m.node_id)`,
    [tree],
  );
  await tx.execute(
    `insert into teams.memberships (tree_id, node_id, person_id) select $1, w.node, w.person from (${planned}) w
      where not exists (select from teams.memberships m where m.tree_id = $1 and m.person_id = w.person and m.valid_to is null)
      order by w.person`,
    [tree],
  );
}
