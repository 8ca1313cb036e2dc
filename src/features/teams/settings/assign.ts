import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { alone, theTeam } from '../belongings/belongings.ts';
import { refresh } from '../belongings/refresh.ts';
import { replaceRules, ruledProjects, rulesOf } from '../belongings/store.ts';
import type { Telling } from '../changes.ts';
import { withinReach } from '../reach.ts';
import type { ThingKind } from './contract.ts';
import { isOwn, ruleOfOne } from './things.ts';
import { replaceThingRules, ruledThings, thingKey, thingRulesOf } from './things-store.ts';

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
    const added = await withinReach(tx, actor, async (own) => {
      const mine = own === undefined ? () => true : (id: number) => own.projects.includes(id);
      const keys = new Map((await ruledProjects(tx, [])).flatMap(({ id, key }) => (mine(id) ? [[id, key]] : [])));
      const known = (await ruledThings(tx)).filter((thing) => own === undefined || isOwn(own, thing));
      const found = new Map(known.map((thing) => [thingKey(thing), thing]));
      const projectRules = projects.map((id) => ({ kind: 'key' as const, value: required(keys.get(id)) }));
      const thingRules = things.map((thing) => ruleOfOne(required(found.get(thingKey(thing)))));
      if (projectRules.length > 0) {
        await replaceRules(tx, team, [...(await rulesOf(tx, team)), ...projectRules], actor.name);
      }
      if (thingRules.length > 0) {
        await replaceThingRules(tx, team, [...(await thingRulesOf(tx, team)), ...thingRules], actor.name);
      }
      await refresh(tx, options);
      return [...projectRules, ...thingRules].map((rule) => ({ ...rule }));
    });
    await audit(tx, actor, 'team.assign', { kind: 'team', id: team, name }, { rules: added });
    return { assigned: added.length };
  });
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new PlumblineError('thing_not_found');
  return value;
}
