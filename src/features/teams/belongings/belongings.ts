import type { z } from 'zod';
import { advisoryLocks, type Queryable, type Tx, type VisibleRows } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { Telling } from '../changes.ts';
import { seenBy, takesMore, withinReach } from '../reach.ts';
import { theTree } from '../trees/trees.ts';
import type * as contract from './contract.ts';
import { countStates, stateOf } from './ownership.ts';
import { readAllowed, refresh } from './refresh.ts';
import { compileRule, unreadBy } from './rules.ts';
import { authorTeams, ownersOf, replaceRules, ruledProjects, rulesOf, rulesOfTeams, teamNamed } from './store.ts';

const pageSize = 50;
const most = 100;

type Ruled = Awaited<ReturnType<typeof ruledProjects>>[number];

const projectOf = ({ id, key, name, integration }: Ruled) => ({ id, key, name, integration });

/** Throws `team_not_found`: also for a node that has teams below it. */
export async function theTeam(db: Queryable, id: number): Promise<{ id: number; tree: number; name: string }> {
  const found = await teamNamed(db, id);
  if (found === undefined) throw new PlumblineError('team_not_found');
  return found;
}

/** What rules would take, before they are saved. Throws `team_not_found`. */
export async function previewRules(
  db: Queryable,
  id: number,
  rules: readonly contract.ProjectRule[],
): Promise<contract.RulesPreview> {
  const team = await theTeam(db, id);
  const projects = await candidates(db, id, rules);
  const fits = rules.map(compileRule);
  const owners = await ownersOf(db, team.tree);
  const found = projects.filter((project) => fits.some((fit) => fit(project)));
  return {
    total: found.length,
    taken: fits.map((fit) => projects.filter(fit).length),
    unread: unreadOf(rules, projects),
    projects: found.slice(0, most).map((project) => ({
      project: projectOf(project),
      alsoOf: (owners.get(project.id) ?? []).filter((owner) => owner.id !== id),
    })),
  };
}

/** Projects of servers that count for a team. */
async function candidates(db: Queryable, team: number, rules: readonly contract.ProjectRule[]): Promise<Ruled[]> {
  const allowed = await readAllowed(db);
  return (await ruledProjects(db, rules)).filter(({ integrationId }) => allowed(team, 'project', integrationId));
}

const unreadOf = (rules: readonly contract.ProjectRule[], projects: readonly Ruled[]): number[] =>
  rules.map((rule) => projects.filter(unreadBy(rule)).length);

/** Throws `team_not_found`. */
export async function showBelongings(db: Queryable, id: number): Promise<contract.TeamProjects> {
  const team = await theTeam(db, id);
  const owners = await ownersOf(db, team.tree);
  const rules = await rulesOf(db, id);
  const own = (await ruledProjects(db, [])).filter((project) =>
    owners.get(project.id)?.some((owner) => owner.id === id),
  );
  return {
    rules,
    unread: unreadOf(rules, await candidates(db, id, [])),
    total: own.length,
    projects: own.slice(0, most).map(projectOf),
  };
}

/** Says what belongs to a team. Throws `team_not_found`, `people_busy`, `team_takes_more`. */
export async function saveRules(
  options: Telling,
  actor: Actor,
  { id, rules }: { id: number; rules: readonly contract.ProjectRule[] },
): Promise<contract.TeamProjects> {
  await options.db.transaction(async (tx) => {
    await alone(tx);
    const { name } = await theTeam(tx, id);
    await withinReach(tx, actor, async (own) => {
      if (own !== undefined) await requireOwnRules(tx, own, rules);
      await replaceRules(tx, id, rules, actor.name);
      await refresh(tx, options);
    });
    await audit(tx, actor, 'team.projects', { kind: 'team', id, name }, { rules: rules.map((rule) => ({ ...rule })) });
  });
  return seenBy(options.db, actor, () => showBelongings(options.db, id));
}

/**
 * Of somebody of some teams: rules that stand at one of these, and such that name one project of theirs. A pattern takes
 * what comes later, too. Throws `team_takes_more`.
 */
async function requireOwnRules(tx: Tx, own: VisibleRows, rules: readonly contract.ProjectRule[]): Promise<void> {
  const written = ({ kind, value }: contract.ProjectRule): string => `${kind} ${value}`;
  const standing = await rulesOfTeams(tx, own.nodes);
  const named = (await ruledProjects(tx, [])).filter(({ id }) => own.projects.includes(id));
  const known = new Set([...standing, ...named.map(({ key }) => ({ kind: 'key' as const, value: key }))].map(written));
  const other = rules.find((rule) => !known.has(written(rule)));
  if (other !== undefined)
    throw takesMore(
      `The rule “${other.kind} ${other.value}” is not one of your teams, and names no project of theirs.`,
    );
}

/** What projects there are, or what they are called, changed. */
export function refreshBelongings(options: Telling): Promise<void> {
  return options.db.transaction(async (tx) => {
    await alone(tx);
    await refresh(tx, options);
  });
}

/** Held until the transaction ends. Throws `people_busy`. */
export async function alone(tx: Tx): Promise<void> {
  const { held } = await tx.one<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [
    advisoryLocks.people,
  ]);
  if (!held) throw new PlumblineError('people_busy');
}

/** Which projects are of no team of a tree, of one, or of several. Throws `org_tree_not_found`. */
export async function listOwnership(
  db: Queryable,
  id: number,
  { state, search = '', page }: z.output<typeof contract.OwnershipQuery>,
): Promise<contract.Ownership> {
  await theTree(db, id);
  const owners = await ownersOf(db, id);
  const projects = (await ruledProjects(db, [])).map((project) => ({
    project: projectOf(project),
    teams: owners.get(project.id) ?? [],
  }));
  const text = search.trim().toLowerCase();
  const wanted = projects.filter(
    (row) =>
      stateOf(row) === state && [row.project.key, row.project.name].some((part) => part.toLowerCase().includes(text)),
  );
  const shown = wanted.slice((page - 1) * pageSize, page * pageSize);
  const suggested = await authorTeams(db, id, state === 'unowned' ? shown.map(({ project }) => project.id) : []);
  return {
    projects: shown.map((row) => ({ ...row, suggestions: suggested.get(row.project.id) ?? [] })),
    counts: countStates(projects),
    total: wanted.length,
    page,
    pageSize,
  };
}
