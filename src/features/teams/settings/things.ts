import type { z } from 'zod';
import type { Queryable, Tx, VisibleRows } from '../../../platform/database/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { alone, theTeam } from '../belongings/belongings.ts';
import { countStates, stateOf } from '../belongings/ownership.ts';
import { readAllowed, refresh } from '../belongings/refresh.ts';
import type { Telling } from '../changes.ts';
import { seenBy, takesMore, withinReach } from '../reach.ts';
import { theTree } from '../trees/trees.ts';
import type * as contract from './contract.ts';
import { compileThingRule } from './thing-rules.ts';
import {
  type NamedThing,
  replaceThingRules,
  ruledThings,
  teamsOfBoundProjects,
  thingKey,
  thingOwners,
  thingRulesOf,
  thingRulesOfTeams,
} from './things-store.ts';

const pageSize = 50;
const most = 100;

const thingOf = ({ thing, id, name, place, integrationName }: NamedThing): contract.Thing => ({
  thing,
  id,
  name,
  place,
  integration: integrationName,
});

/** What rules would take, before they are saved. Throws `team_not_found`. */
export async function previewThings(
  db: Queryable,
  id: number,
  rules: readonly contract.ThingRule[],
): Promise<contract.ThingsPreview> {
  const team = await theTeam(db, id);
  const allowed = await readAllowed(db);
  const things = (await ruledThings(db)).filter(({ thing, integration }) => allowed(id, thing, integration));
  const fits = rules.map(compileThingRule);
  const owners = await thingOwners(db, team.tree);
  const found = things.filter((thing) => fits.some((fit) => fit(thing)));
  return {
    total: found.length,
    taken: fits.map((fit) => things.filter(fit).length),
    things: found.slice(0, most).map((thing) => ({
      thing: thingOf(thing),
      alsoOf: (owners.get(thingKey(thing)) ?? []).filter((owner) => owner.id !== id),
    })),
  };
}

/** Throws `team_not_found`. */
export async function showThings(db: Queryable, id: number): Promise<contract.TeamThings> {
  const { tree } = await theTeam(db, id);
  const owners = await thingOwners(db, tree);
  const own = (await ruledThings(db)).filter((thing) => owners.get(thingKey(thing))?.some((owner) => owner.id === id));
  return { rules: await thingRulesOf(db, id), total: own.length, things: own.slice(0, most).map(thingOf) };
}

/** Says what belongs to a team. Throws `team_not_found`, `people_busy`, `team_takes_more`. */
export async function saveThingRules(
  options: Telling,
  actor: Actor,
  { id, rules, only }: { id: number; rules: readonly contract.ThingRule[]; only?: contract.ThingKind | undefined },
): Promise<contract.TeamThings> {
  await options.db.transaction(async (tx) => {
    await alone(tx);
    const { name } = await theTeam(tx, id);
    await withinReach(tx, actor, async (own) => {
      if (own !== undefined) await requireOwnRules(tx, own, rules);
      const others = only === undefined ? [] : (await thingRulesOf(tx, id)).filter(({ thing }) => thing !== only);
      await replaceThingRules(tx, id, [...others, ...rules], actor.name);
      await refresh(tx, options);
    });
    await audit(tx, actor, 'team.things', { kind: 'team', id, name }, { rules: rules.map((rule) => ({ ...rule })) });
  });
  return seenBy(options.db, actor, () => showThings(options.db, id));
}

/** As for projects: rules that stand at a team of theirs, and such that name one thing of theirs. Throws `team_takes_more`. */
async function requireOwnRules(tx: Tx, own: VisibleRows, rules: readonly contract.ThingRule[]): Promise<void> {
  const written = ({ thing, conditions }: contract.ThingRule): string =>
    JSON.stringify([thing, conditions.map(({ property, condition, values }) => [property, condition, values])]);
  const named = (await ruledThings(tx)).filter((thing) => isOwn(own, thing)).map(ruleOfOne);
  const known = new Set([...(await thingRulesOfTeams(tx, own.nodes)), ...named].map(written));
  if (rules.some((rule) => !known.has(written(rule))))
    throw takesMore('One of the rules is not one of your teams, and names nothing of theirs alone.');
}

const rowsOf = {
  repository: 'repositories',
  service: 'services',
  pipeline: 'pipelines',
  environment: 'environments',
  image: 'images',
} as const satisfies Record<contract.ThingKind, keyof VisibleRows>;

export const isOwn = (own: VisibleRows, { thing, id }: { thing: contract.ThingKind; id: number }): boolean =>
  own[rowsOf[thing]].includes(id);

/** Names the one and nothing beside it: by its path, or by its identifier and where that is defined. */
export function ruleOfOne({ thing, properties }: NamedThing): contract.ThingRule {
  const named = (['path', 'identifier', 'project', 'organization'] as const).flatMap(
    (property): contract.Condition[] => {
      const [value] = properties[property] ?? [];
      return value === undefined ? [] : [{ property, condition: 'equals', values: [value] }];
    },
  );
  return { thing, conditions: thing === 'repository' || thing === 'image' ? named.slice(0, 1) : named };
}

/** Which things of a kind are of no team of a tree, of one, or of several. Throws `org_tree_not_found`. */
export async function listThingOwnership(
  db: Queryable,
  id: number,
  { thing: kind, state, search = '', page }: z.output<typeof contract.ThingOwnershipQuery>,
): Promise<contract.ThingOwnership> {
  await theTree(db, id);
  const owners = await thingOwners(db, id);
  const things = (await ruledThings(db, kind)).map((thing) => ({ thing, teams: owners.get(thingKey(thing)) ?? [] }));
  const text = search.trim().toLowerCase();
  const wanted = things.filter(
    (row) =>
      stateOf(row) === state && [row.thing.name, row.thing.place].some((part) => part.toLowerCase().includes(text)),
  );
  const shown = wanted.slice((page - 1) * pageSize, page * pageSize);
  const suggested = kind === 'repository' && state === 'unowned' ? await teamsOfBoundProjects(db, id) : new Map();
  return {
    things: shown.map(({ thing, teams }) => ({
      thing: thingOf(thing),
      teams,
      suggestions: suggested.get(thing.id) ?? [],
    })),
    counts: countStates(things),
    total: wanted.length,
    page,
    pageSize,
  };
}
