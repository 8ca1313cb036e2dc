import type { Queryable, Tx } from '../../../platform/database/index.ts';
import { belongingsChanged, type Telling } from '../changes.ts';
import { createChoices, includes, sectionOf } from '../settings/choices.ts';
import { readChoices } from '../settings/choices-store.ts';
import type { ThingKind } from '../settings/contract.ts';
import { thingsTakenBy } from '../settings/thing-rules.ts';
import { currentThingRules, ruledThings, writeTeamThings } from '../settings/things-store.ts';
import { takenBy } from './rules.ts';
import { currentRules, ruledProjects, treesOfTeams, writeBelongings } from './store.ts';

/** Says of each team that there is whether an integration counts for it. */
export async function readAllowed(
  db: Queryable,
): Promise<(team: number, thing: ThingKind | 'project', integration: number) => boolean> {
  const chosen = createChoices(await readChoices(db));
  const trees = await treesOfTeams(db);
  return (team, thing, integration) => {
    const tree = trees.get(team);
    return tree !== undefined && includes(chosen({ tree, team, section: sectionOf[thing] }), integration);
  };
}

/** Follows rules, what there is, and teams as they are now. */
export async function refresh(tx: Tx, { tell }: Pick<Telling, 'tell'>): Promise<void> {
  const allowed = await readAllowed(tx);
  const rules = await currentRules(tx);
  const projects = takenBy(rules, await ruledProjects(tx, rules), (team, integration) =>
    allowed(team, 'project', integration),
  );
  await writeBelongings(tx, projects);
  await writeTeamThings(tx, thingsTakenBy(await currentThingRules(tx), await ruledThings(tx), allowed));
  await tell(tx, [{ kind: belongingsChanged, id: 0 }]);
}
