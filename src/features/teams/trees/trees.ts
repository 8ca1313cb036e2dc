import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { advisoryLocks, type Database, type Queryable, type Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, type AuditActor, audit } from '../../access/index.ts';
import { peopleState } from '../people/store.ts';
import { buildTree, type Plan, type TreePerson } from './build.ts';
import { refresh } from '../belongings/refresh.ts';
import { belongingsChanged, type Telling } from '../changes.ts';
import type * as contract from './contract.ts';
import { type Difference, differenceOf, isNothing, type NodeChange, planText } from './difference.ts';
import {
  peopleAt,
  endTree,
  findTree,
  findTrees,
  insertTree,
  standingOf,
  type TreeRow,
  updateTree,
  writePlan,
} from './store.ts';

type Input = z.output<typeof contract.TreeInput>;
type Rule = z.output<typeof contract.TreeRuleInput>;

const most = { nodes: 10_000, unmapped: 100, changes: 200 } as const;

export async function listTrees(db: Queryable): Promise<contract.OrgTreeList> {
  const { attributes } = await peopleState(db);
  const { people } = await db.one<{ people: number }>(
    'select count(*) as people from teams.person_periods where valid_to is null',
  );
  return { trees: (await findTrees(db)).map(treeOf), attributes, people };
}

/** Throws `org_tree_not_found`. */
export async function theTree(db: Queryable, id: number): Promise<TreeRow> {
  const found = await findTree(db, id);
  if (found === undefined) throw new PlumblineError('org_tree_not_found');
  return found;
}

/** A tree as it would be built. Throws `people_missing`. */
export async function previewTree(db: Queryable, rule: Rule): Promise<contract.TreePreview> {
  const people = await peopleOr412(db);
  const plan = buildTree(people, rule);
  const byId = new Map(people.map((person) => [person.id, person]));
  return {
    totals: totalsOf(plan),
    nodes: countBelow(plan)
      .slice(0, most.nodes)
      .map((node) => ({
        ...node,
        id: null,
        level: rule.levels[node.depth] ?? rule.levels.at(-1) ?? null,
        manager: node.manager === null ? null : (byId.get(node.manager)?.name ?? null),
      })),
    nodesInAll: plan.nodes.length,
    unmapped: unmappedOf(plan, byId).slice(0, most.unmapped),
  };
}

export function unmappedOf(plan: Plan, byId: ReadonlyMap<number, TreePerson>): contract.Unmapped[] {
  return plan.unmapped.flatMap(({ person, reason, detail }) => {
    const found = byId.get(person);
    return found === undefined ? [] : [{ id: person, name: found.name, email: found.email, reason, detail }];
  });
}

/** Each node with the people in it and below it. */
export function countBelow({ nodes, teamOf }: Pick<Plan, 'nodes' | 'teamOf'>) {
  const counts = new Map<string, number>();
  for (const key of teamOf.values()) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { key, parent } of [...nodes].reverse())
    if (parent !== null) counts.set(parent, (counts.get(parent) ?? 0) + (counts.get(key) ?? 0));
  return nodes.map((node) => ({ ...node, people: counts.get(node.key) ?? 0 }));
}

const totalsOf = ({ nodes, teamOf, unmapped, leftOut }: Plan): contract.TreeTotals => ({
  teams: nodes.filter(({ leaf }) => leaf).length,
  mapped: teamOf.size,
  unmapped: unmapped.length,
  leftOut,
});

/** Throws `people_missing`: nothing can be made of nobody. */
async function peopleOr412(db: Queryable): Promise<TreePerson[]> {
  const people = await peopleAt(db);
  if (people.length === 0) throw new PlumblineError('people_missing');
  return people;
}

/** Makes a tree and builds it. Throws `people_missing`, `org_tree_name_taken`, `people_busy`. */
export function addTree(db: Database, actor: Actor, wanted: Input): Promise<contract.OrgTree> {
  return db.transaction(async (tx) => {
    await alone(tx);
    const people = await peopleOr412(tx);
    const id = await insertTree(tx, wanted, actor.name);
    if (id === undefined) throw new PlumblineError('org_tree_name_taken');
    const plan = buildTree(people, wanted);
    await writePlan(tx, id, plan, actor.name);
    await audit(
      tx,
      actor,
      'org_tree.add',
      { kind: 'org_tree', id, name: wanted.name },
      { ...wanted, ...totalsOf(plan) },
    );
    return treeOf(await theTree(tx, id));
  });
}

/** Changes how a tree is built; it stays as it stands until the difference is applied. */
export function changeTree(
  db: Database,
  actor: Actor,
  { id, wanted }: { id: number; wanted: Input },
): Promise<contract.OrgTree> {
  return db.transaction(async (tx) => {
    await theTree(tx, id);
    if (!(await updateTree(tx, id, wanted))) throw new PlumblineError('org_tree_name_taken');
    await audit(tx, actor, 'org_tree.change', { kind: 'org_tree', id, name: wanted.name }, { ...wanted });
    return treeOf(await theTree(tx, id));
  });
}

/** Throws `org_tree_not_found`. */
export function removeTree({ db, tell }: Telling, actor: Actor, id: number): Promise<void> {
  return db.transaction(async (tx) => {
    const { name } = await theTree(tx, id);
    await endTree(tx, id);
    await tell(tx, [{ kind: belongingsChanged, id: 0 }]);
    await audit(tx, actor, 'org_tree.remove', { kind: 'org_tree', id, name });
  });
}

/** What building it anew would change. Throws `org_tree_not_found`. */
export async function showDifference(db: Queryable, id: number): Promise<contract.TreeDifference> {
  const tree = await theTree(db, id);
  const people = await peopleAt(db);
  const standing = await standingOf(db, id);
  const plan = buildTree(people, tree);
  return differenceAnswer(differenceOf(standing, plan), { plan, people, before: standing.nodes });
}

/** Applies the difference that was seen. Throws `org_tree_not_found`, `org_tree_changed`, `people_busy`. */
export function applyTree(
  options: Telling,
  actor: Actor,
  { id, fingerprint }: { id: number; fingerprint: string },
): Promise<contract.OrgTree> {
  return options.db.transaction(async (tx) => {
    await alone(tx);
    const tree = await theTree(tx, id);
    const plan = buildTree(await peopleAt(tx), tree);
    if (fingerprintOf(plan) !== fingerprint) throw new PlumblineError('org_tree_changed');
    await rebuild(tx, actor, { options, tree, plan });
    return treeOf(await theTree(tx, id));
  });
}

const itself = { kind: 'system', name: 'Org trees' } as const;

/** Builds every tree anew that is to be so by itself. */
export async function rebuildAutomatic(options: Telling): Promise<void> {
  const { db } = options;
  for (const { id } of (await findTrees(db)).filter(({ automatic, outdated }) => automatic && outdated)) {
    await db.transaction(async (tx) => {
      await alone(tx);
      const tree = await findTree(tx, id);
      if (tree === undefined) return;
      await rebuild(tx, itself, { options, tree, plan: buildTree(await peopleAt(tx), tree) });
    });
  }
}

async function rebuild(
  tx: Tx,
  actor: AuditActor,
  { options, tree, plan }: { options: Telling; tree: TreeRow; plan: Plan },
): Promise<void> {
  const difference = differenceOf(await standingOf(tx, tree.id), plan);
  await writePlan(tx, tree.id, plan, actor.name);
  await refresh(tx, options);
  if (isNothing(difference)) return;
  const details = { nodes: { ...countNodes(difference.nodes) }, people: difference.members.length };
  await audit(tx, actor, 'org_tree.build', { kind: 'org_tree', id: tree.id, name: tree.name }, details);
}

/** Held until the transaction ends: a tree is built of people who do not change meanwhile. Throws `people_busy`. */
async function alone(tx: Tx): Promise<void> {
  const { held } = await tx.one<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [
    advisoryLocks.people,
  ]);
  if (!held) throw new PlumblineError('people_busy');
}

const fingerprintOf = (plan: Plan): string => createHash('sha256').update(planText(plan)).digest('hex');

function countNodes(nodes: readonly NodeChange[]): contract.TreeDifference['nodes'] {
  const counts = { added: 0, removed: 0, renamed: 0, moved: 0, led_otherwise: 0 };
  for (const { what } of nodes) counts[what]++;
  return counts;
}

function differenceAnswer(
  { nodes, members }: Difference,
  {
    plan,
    people,
    before,
  }: { plan: Plan; people: readonly TreePerson[]; before: readonly { key: string; name: string }[] },
): contract.TreeDifference {
  const byId = new Map(people.map((person) => [person.id, person]));
  const names = new Map([...before, ...plan.nodes].map(({ key, name }) => [key, name]));
  const nameOf = (key: string | null): string | null => (key === null ? null : (names.get(key) ?? null));
  return {
    totals: totalsOf(plan),
    nodes: countNodes(nodes),
    nodeSample: nodes
      .slice(0, most.changes)
      .map(({ name, before: was, leaf, what }) => ({ name, before: was, leaf, what })),
    people: {
      joined: members.filter(({ from }) => from === null).length,
      left: members.filter(({ to }) => to === null).length,
      moved: members.filter(({ from, to }) => from !== null && to !== null).length,
    },
    peopleSample: members.slice(0, most.changes).map(({ person, from, to }) => ({
      id: person,
      name: byId.get(person)?.name ?? 'Somebody who left',
      email: byId.get(person)?.email ?? '',
      from: nameOf(from),
      to: nameOf(to),
    })),
    fingerprint: fingerprintOf(plan),
  };
}

export const treeOf = ({ builtAt, createdAt, ...row }: TreeRow): contract.OrgTree => ({
  ...row,
  builtAt: builtAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});
