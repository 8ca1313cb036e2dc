import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { alone, theTeam } from '../belongings/belongings.ts';
import { refresh } from '../belongings/refresh.ts';
import { replaceRules, ruledProjects, rulesOf } from '../belongings/store.ts';
import type { Telling } from '../changes.ts';
import type { Condition, ThingKind, ThingRule } from './contract.ts';
import { type NamedThing, replaceThingRules, ruledThings, thingKey, thingRulesOf } from './things-store.ts';

interface Assigned {
  projects: readonly number[];
  things: readonly { thing: ThingKind; id: number }[];
}

/** Makes single projects and things a team’s, by a rule for each. Throws `team_not_found`, `thing_not_found`, `people_busy`. */
export function assign(
  options: Telling,
  actor: Actor,
  { team, projects, things }: Assigned & { team: number },
): Promise<{ assigned: number }> {
  return options.db.transaction(async (tx) => {
    await alone(tx);
    const { name } = await theTeam(tx, team);
    const keys = new Map((await ruledProjects(tx, [])).map(({ id, key }) => [id, key]));
    const found = new Map((await ruledThings(tx)).map((thing) => [thingKey(thing), thing]));
    const projectRules = projects.map((id) => ({ kind: 'key' as const, value: required(keys.get(id)) }));
    const thingRules = things.map((thing) => ruleOfOne(required(found.get(thingKey(thing)))));
    if (projectRules.length > 0) {
      await replaceRules(tx, team, [...(await rulesOf(tx, team)), ...projectRules], actor.name);
    }
    if (thingRules.length > 0) {
      await replaceThingRules(tx, team, [...(await thingRulesOf(tx, team)), ...thingRules], actor.name);
    }
    await refresh(tx, options);
    const added = [...projectRules, ...thingRules].map((rule) => ({ ...rule }));
    await audit(tx, actor, 'team.assign', { kind: 'team', id: team, name }, { rules: added });
    return { assigned: added.length };
  });
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new PlumblineError('thing_not_found');
  return value;
}

/** Names the one and nothing beside it: by its path, or by its identifier and where that is defined. */
function ruleOfOne({ thing, properties }: NamedThing): ThingRule {
  const named = (['path', 'identifier', 'project', 'organization'] as const).flatMap((property): Condition[] => {
    const [value] = properties[property] ?? [];
    return value === undefined ? [] : [{ property, condition: 'equals', values: [value] }];
  });
  return { thing, conditions: thing === 'repository' || thing === 'image' ? named.slice(0, 1) : named };
}
