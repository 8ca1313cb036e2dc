import { compileGlob } from '../../../domain/glob.ts';
import type { Condition, ThingKind, ThingProperty, ThingRule } from './contract.ts';

/** Something that may be a team’s, as rules look at it. */
export interface RuledThing {
  thing: ThingKind;
  id: number;
  integration: number;
  /** What it has of each property; tags are several, and what it has not are none. */
  properties: Readonly<Partial<Record<ThingProperty, readonly string[]>>>;
}

type Fits = (text: string) => boolean;

/** Capital letters make no difference: names are typed by people. */
function compileValue(condition: Condition['condition'], value: string): Fits {
  const wanted = value.toLowerCase();
  switch (condition) {
    case 'equals':
    case 'not_equals':
      return (text) => text === wanted;
    case 'contains':
    case 'not_contains':
      return (text) => text.includes(wanted);
    case 'starts_with':
      return (text) => text.startsWith(wanted);
    case 'ends_with':
      return (text) => text.endsWith(wanted);
    case 'matches':
      return compileGlob(wanted);
  }
}

function compileCondition({ property, condition, values }: Condition): (thing: RuledThing) => boolean {
  const fits = values.map((value) => compileValue(condition, value));
  const negative = condition === 'not_equals' || condition === 'not_contains';
  return ({ properties }) => {
    const has = properties[property] ?? [];
    return has.some((text) => fits.some((fit) => fit(text.toLowerCase()))) !== negative;
  };
}

/** Says whether a thing is one of a rule’s: all its conditions hold. */
export function compileThingRule({ thing, conditions }: ThingRule): (found: RuledThing) => boolean {
  const all = conditions.map(compileCondition);
  return (found) => found.thing === thing && all.every((holds) => holds(found));
}

/** Of each team whether an integration counts for it in the section that the thing belongs to. */
export type Allows = (team: number, thing: ThingKind, integration: number) => boolean;

/** What each team’s rules take of what counts for it. */
export function thingsTakenBy<T extends RuledThing>(
  rules: readonly (ThingRule & { team: number })[],
  things: readonly T[],
  allows: Allows,
): Map<number, Set<T>> {
  const taken = new Map<number, Set<T>>();
  for (const { team, ...rule } of rules) {
    const fits = compileThingRule(rule);
    const own = taken.get(team) ?? new Set<T>();
    for (const found of things) if (fits(found) && allows(team, found.thing, found.integration)) own.add(found);
    taken.set(team, own);
  }
  return taken;
}
