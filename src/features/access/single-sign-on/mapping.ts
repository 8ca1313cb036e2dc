import { lesserRole, type Role } from '../model.ts';
import type { SingleSignOn } from './contract.ts';

/** What somebody may, and where: null is the whole organization. */
export interface Given {
  role: Role;
  nodes: number[] | null;
}

type Rules = Pick<SingleSignOn, 'groups' | 'defaultRole'>;

/**
 * What groups give; `no_access` when they give nothing and nothing is given to everybody, `groups_missing` when the provider
 * told none. A role for the whole organization wins over those for parts of it; of several for parts the least counts for
 * all of them, as an account has one role.
 */
export function givenBy(rules: Rules, groups: readonly string[] | undefined): Given | 'no_access' | 'groups_missing' {
  const told = new Set(groups);
  const matching = rules.groups.filter(({ group }) => told.has(group));
  const everywhere = matching.filter(({ node }) => node === null).map(({ role }) => role);
  if (everywhere.length > 0) return { role: everywhere.reduce(greaterRole), nodes: null };
  if (matching.length > 0) {
    const nodes = matching.flatMap(({ node }) => node ?? []);
    return {
      role: matching.map(({ role }) => role).reduce(lesserRole),
      nodes: [...new Set(nodes)].sort((a, b) => a - b),
    };
  }
  if (rules.defaultRole !== null) return { role: rules.defaultRole, nodes: null };
  return groups === undefined ? 'groups_missing' : 'no_access';
}

const greaterRole = (a: Role, b: Role): Role => (lesserRole(a, b) === a ? b : a);

/** The groups of a token or a user info; undefined where it has none, or not as a list of names. */
export function groupsOf(claims: Readonly<Record<string, unknown>>, name: string): string[] | undefined {
  const found = Object.hasOwn(claims, name) ? claims[name] : along(claims, name.split('.'));
  const list = typeof found === 'string' ? [found] : found;
  if (!Array.isArray(list) || !list.every((group) => typeof group === 'string')) return undefined;
  return list;
}

/** `realm_access.roles` is the member `roles` of the member `realm_access`. */
function along(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}
