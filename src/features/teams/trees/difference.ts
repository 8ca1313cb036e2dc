import { compare } from '../managers.ts';
import type { Plan, PlannedNode } from './build.ts';

/** A tree as it stands. */
export interface Standing {
  nodes: readonly Pick<PlannedNode, 'key' | 'parent' | 'name' | 'leaf' | 'manager'>[];
  teamOf: ReadonlyMap<number, string>;
}

export interface NodeChange {
  key: string;
  name: string;
  leaf: boolean;
  what: 'added' | 'removed' | 'renamed' | 'moved' | 'led_otherwise';
  /** What it was called. */
  before: string | null;
}

export interface MemberChange {
  person: number;
  from: string | null;
  to: string | null;
}

export interface Difference {
  nodes: NodeChange[];
  members: MemberChange[];
}

/** What building the tree anew would change; nothing where it is as it would be built. */
export function differenceOf(standing: Standing, { nodes, teamOf }: Pick<Plan, 'nodes' | 'teamOf'>): Difference {
  const before = new Map(standing.nodes.map((node) => [node.key, node]));
  const after = new Map(nodes.map((node) => [node.key, node]));
  const changes: NodeChange[] = [];
  for (const node of nodes) changes.push(...changeOf(before.get(node.key), node));
  for (const { key, name, leaf } of standing.nodes)
    if (!after.has(key)) changes.push({ key, name, leaf, what: 'removed', before: name });
  const people = new Set([...standing.teamOf.keys(), ...teamOf.keys()]);
  const members = [...people]
    .map((person) => ({ person, from: standing.teamOf.get(person) ?? null, to: teamOf.get(person) ?? null }))
    .filter(({ from, to }) => from !== to);
  return {
    nodes: changes.sort((a, b) => compare(a.what, b.what) || compare(a.name, b.name) || compare(a.key, b.key)),
    members: members.sort((a, b) => a.person - b.person),
  };
}

function changeOf(before: Standing['nodes'][number] | undefined, node: PlannedNode): NodeChange[] {
  const { key, name, leaf } = node;
  const change = (what: NodeChange['what'], was: string | null): NodeChange => ({ key, name, leaf, what, before: was });
  if (before === undefined) return [change('added', null)];
  if (before.parent !== node.parent || before.leaf !== leaf) return [change('moved', before.name)];
  if (before.name !== name) return [change('renamed', before.name)];
  return before.manager === node.manager ? [] : [change('led_otherwise', before.name)];
}

export const isNothing = ({ nodes, members }: Difference): boolean => nodes.length === 0 && members.length === 0;

/** What a person saw is what is applied: the plan as one text, to be compared by its hash. */
export function planText({ nodes, teamOf }: Pick<Plan, 'nodes' | 'teamOf'>): string {
  const places = nodes
    .map(({ key, parent, name, leaf, manager }) => JSON.stringify([key, parent, name, leaf, manager]))
    .sort(compare);
  const members = [...teamOf].sort(([a], [b]) => a - b).map(([person, key]) => `${person} ${key}`);
  return [...places, ...members].join('\n');
}
