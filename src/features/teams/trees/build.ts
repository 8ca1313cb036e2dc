import { compare, managerCircles } from '../managers.ts';
import type { TreeFilter } from './contract.ts';

/** By whom people report to; only as the last level. */
export const managerLevel = 'manager';

export interface TreePerson {
  id: number;
  name: string;
  email: string;
  managerEmail: string | null;
  attributes: Readonly<Record<string, string>>;
}

export interface TreeRule {
  /** Names of attributes in order; the last may be `manager`. */
  levels: readonly string[];
  /** All of them hold for who is in the tree. */
  filters: readonly TreeFilter[];
}

/** A node as it would be. Its key stays the same from one building to the next. */
export interface PlannedNode {
  key: string;
  parent: string | null;
  name: string;
  /** A team: what has people of its own, and nothing below it. */
  leaf: boolean;
  depth: number;
  /** Who leads it. */
  manager: number | null;
}

export type UnmappedReason = 'no_value' | 'alone' | 'circle';

export interface Plan {
  /** Parents before children. */
  nodes: PlannedNode[];
  /** The one team of each person who is in one. */
  teamOf: Map<number, string>;
  unmapped: { person: number; reason: UnmappedReason; detail: string }[];
  /** People whom the filters leave out. */
  leftOut: number;
}

/** Puts each person into exactly one leaf, or says why not. The same people give the same tree, whatever their order. */
export function buildTree(people: readonly TreePerson[], { levels, filters }: TreeRule): Plan {
  const everybody = [...people].sort((a, b) => compare(a.email, b.email));
  const kept = everybody.filter((person) => filters.every((filter) => passes(person, filter)));
  const plan: Plan = { nodes: [], teamOf: new Map(), unmapped: [], leftOut: people.length - kept.length };
  const byManager = levels.at(-1) === managerLevel;
  const attributes = byManager ? levels.slice(0, -1) : levels;
  const groups = groupByAttributes(kept, attributes, { plan, leaves: !byManager });
  if (!byManager) {
    for (const { key, people: members } of groups) for (const { id } of members) plan.teamOf.set(id, key);
    return plan;
  }
  const bosses = new Map(everybody.map(({ email, managerEmail }) => [email, managerEmail]));
  const circles = managerCircles(bosses);
  const inCircle = new Map(circles.flatMap((circle) => circle.map((email) => [email, circle.join(' → ')] as const)));
  for (const group of groups) addManagers(group, { plan, bosses, inCircle });
  dropEmpty(plan);
  return plan;
}

function passes(person: TreePerson, { attribute, condition, values }: TreeFilter): boolean {
  return values.includes(valueOf(person, attribute)) === (condition === 'equals');
}

const valueOf = ({ name, email, managerEmail, attributes }: TreePerson, attribute: string): string => {
  if (attribute === 'name') return name;
  if (attribute === 'email') return email;
  if (attribute === 'manager_email') return managerEmail ?? '';
  return Object.hasOwn(attributes, attribute) ? (attributes[attribute] ?? '') : '';
};

interface Group {
  key: string;
  path: readonly string[];
  people: TreePerson[];
}

const keyOf = (path: readonly string[]): string => JSON.stringify(path);

/** One node for each value of each level; without levels everybody is one group without a node. */
function groupByAttributes(
  people: readonly TreePerson[],
  attributes: readonly string[],
  { plan, leaves }: { plan: Plan; leaves: boolean },
): Group[] {
  const groups = new Map<string, Group>();
  const nodes = new Map<string, PlannedNode>();
  for (const person of people) {
    const missing = attributes.find((attribute) => valueOf(person, attribute) === '');
    if (missing !== undefined) {
      plan.unmapped.push({ person: person.id, reason: 'no_value', detail: missing });
      continue;
    }
    const path = attributes.map((attribute) => valueOf(person, attribute));
    const key = keyOf(path);
    const group = groups.get(key) ?? { key, path, people: [] };
    group.people.push(person);
    groups.set(key, group);
    path.forEach((name, depth) => {
      const own = keyOf(path.slice(0, depth + 1));
      const parent = depth === 0 ? null : keyOf(path.slice(0, depth));
      const leaf = leaves && depth === path.length - 1;
      if (!nodes.has(own)) nodes.set(own, { key: own, parent, name, leaf, depth, manager: null });
    });
  }
  plan.nodes.push(...[...nodes.values()].sort((a, b) => a.depth - b.depth || compare(a.key, b.key)));
  return [...groups.values()].sort((a, b) => compare(a.key, b.key));
}

interface Reporting {
  plan: Plan;
  /** Of everybody, also of those who are left out: whoever reports to one of them reports to the next above. */
  bosses: ReadonlyMap<string, string | null>;
  inCircle: ReadonlyMap<string, string>;
}

/** Teams of a group: each manager with those who report to them and lead nobody. */
function addManagers({ path, people }: Group, { plan, bosses, inCircle }: Reporting): void {
  const members = new Map(people.filter(({ email }) => !inCircle.has(email)).map((person) => [person.email, person]));
  for (const { id, email } of people) {
    const circle = inCircle.get(email);
    if (circle !== undefined) plan.unmapped.push({ person: id, reason: 'circle', detail: circle.slice(0, 1_000) });
  }
  const leadOf = nearestLeads(members, bosses, inCircle);
  const reports = new Map<string, TreePerson[]>();
  for (const person of members.values()) {
    const lead = leadOf.get(person.email) ?? null;
    if (lead === null) continue;
    const own = reports.get(lead);
    if (own === undefined) reports.set(lead, [person]);
    else own.push(person);
  }
  const leads = [...members.values()].filter(({ email }) => leadOf.get(email) === null);
  for (const { id } of leads.filter(({ email }) => !reports.has(email)))
    plan.unmapped.push({ person: id, reason: 'alone', detail: '' });
  const base = path.length === 0 ? null : keyOf(path);
  let level = leads
    .filter(({ email }) => reports.has(email))
    .map((person) => ({ person, parent: base, depth: path.length }));
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { person, parent, depth } of level) {
      const own = reports.get(person.email) ?? [];
      const below = own.filter(({ email }) => reports.has(email));
      const team = keyOf([...path, 'team', person.email]);
      const group = below.length === 0 ? null : keyOf([...path, 'group', person.email]);
      const { id: manager, name } = person;
      if (group !== null) plan.nodes.push({ key: group, parent, name, leaf: false, depth, manager });
      plan.nodes.push({
        key: team,
        parent: group ?? parent,
        name: group === null ? name : `Direct reports of ${name}`,
        leaf: true,
        depth: group === null ? depth : depth + 1,
        manager,
      });
      for (const { id } of [person, ...own.filter(({ email }) => !reports.has(email))]) plan.teamOf.set(id, team);
      for (const one of below) next.push({ person: one, parent: group, depth: depth + 1 });
    }
    level = next;
  }
}

/** Of each member the first above them who is a member; null: nobody is. Every step up is taken once. */
function nearestLeads(
  members: ReadonlyMap<string, TreePerson>,
  bosses: ReadonlyMap<string, string | null>,
  inCircle: ReadonlyMap<string, string>,
): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const start of members.keys()) {
    const walked: string[] = [];
    let at: string | null = start;
    let lead: string | null = null;
    for (;;) {
      const known = found.get(at);
      if (known !== undefined) {
        lead = known;
        break;
      }
      walked.push(at);
      const boss: string | null = bosses.get(at) ?? null;
      if (boss === null || inCircle.has(boss)) break;
      if (members.has(boss)) {
        lead = boss;
        break;
      }
      at = boss;
    }
    // Nobody between two members is one: all who were passed have the same lead.
    for (const one of walked) found.set(one, lead);
  }
  return found;
}

/** A group of attributes in which nobody is in a team is no node. */
function dropEmpty(plan: Plan): void {
  const used = new Set<string>();
  for (const node of [...plan.nodes].reverse()) {
    if (node.leaf || used.has(node.key)) {
      used.add(node.key);
      if (node.parent !== null) used.add(node.parent);
    }
  }
  plan.nodes = plan.nodes.filter(({ key }) => used.has(key));
}
