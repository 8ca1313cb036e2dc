import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { alone, theTeam } from '../belongings/belongings.ts';
import { refresh } from '../belongings/refresh.ts';
import type { Telling } from '../changes.ts';
import { seenBy, takesMore, withinReach } from '../reach.ts';
import { theTree } from '../trees/trees.ts';
import { type Choice, createChoices, includes } from './choices.ts';
import { type IntegrationRow, integrationsOfKinds, readChoices, writeChoices } from './choices-store.ts';
import * as contract from './contract.ts';

/** A team, or a tree whose teams take over what it says. */
interface Place {
  id: number;
  name: string;
  tree: { id: number; name: string };
  team: number | null;
}

/** Throws `team_not_found`. */
export async function placeOfTeam(db: Queryable, id: number): Promise<Place> {
  const { name, tree } = await theTeam(db, id);
  return { id, name, tree: { id: tree, name: (await theTree(db, tree)).name }, team: id };
}

/** Throws `org_tree_not_found`. */
export async function placeOfTree(db: Queryable, id: number): Promise<Place> {
  const { name } = await theTree(db, id);
  return { id, name, tree: { id, name }, team: null };
}

export async function showSections(db: Queryable, { team, ...of }: Place): Promise<contract.Sections> {
  const choices = await readChoices(db);
  const sections = [];
  for (const section of contract.Section.options) {
    const integrations = await integrationsOfKinds(db, contract.sectionKinds[section]);
    sections.push(sectionAnswer({ section, integrations, choices, tree: of.tree.id, team }));
  }
  return { of, sections };
}

/** Of a tree whatever a team would take over: no team has the number 0. */
const noTeam = 0;

function sectionAnswer({
  section,
  integrations,
  choices,
  tree,
  team,
}: {
  section: contract.Section;
  integrations: readonly IntegrationRow[];
  choices: readonly Choice[];
  tree: number;
  team: number | null;
}): contract.Sections['sections'][number] {
  const chosenOf = createChoices(choices);
  const inherited = chosenOf({ tree, team: noTeam, section });
  const chosen = team === null ? inherited : chosenOf({ tree, team, section });
  return {
    section,
    from: chosen.from,
    integrations: integrations.map((one) => ({
      ...one,
      chosen: includes(chosen, one.id),
      inherited: includes(inherited, one.id),
    })),
  };
}

/** Says which integrations count. Throws `invalid_request` for one that is none of the section’s, `people_busy`, `team_takes_more`. */
export async function saveSections(
  options: Telling,
  actor: Actor,
  { placeOf, sections }: { placeOf(db: Queryable): Promise<Place>; sections: contract.SectionsInput['sections'] },
): Promise<contract.Sections> {
  await options.db.transaction(async (tx) => {
    await alone(tx);
    const place = await placeOf(tx);
    for (const { section, integrations } of sections) {
      const known = new Set((await integrationsOfKinds(tx, contract.sectionKinds[section])).map(({ id }) => id));
      const strange = integrations?.find((id) => !known.has(id));
      if (strange !== undefined) {
        throw new PlumblineError('invalid_request', {
          message: `There is no integration ${strange} in the section ${section}.`,
        });
      }
    }
    await withinReach(tx, actor, async (own) => {
      if (own !== undefined) requireFewer(await showSections(tx, place), sections);
      await writeChoices(tx, { tree: place.tree.id, team: place.team }, sections, actor.name);
      await refresh(tx, options);
    });
    const what = { kind: place.team === null ? 'org_tree' : 'team', id: place.id, name: place.name };
    await audit(tx, actor, 'team.integrations', what, { sections: sections.map((one) => ({ ...one })) });
  });
  return seenBy(options.db, actor, async () => showSections(options.db, await placeOf(options.db)));
}

/** Somebody of some teams leaves integrations out and adds none: what comes of another later would be theirs. */
function requireFewer(now: contract.Sections, wanted: contract.SectionsInput['sections']): void {
  for (const { section, integrations } of wanted) {
    const before = now.sections.find((one) => one.section === section);
    const chosen = new Set(before?.integrations.flatMap(({ id, chosen: counts }) => (counts ? [id] : [])));
    const more = integrations === null ? before?.from === 'team' : integrations.some((id) => !chosen.has(id));
    if (more) throw takesMore('An integration would count that does not now.');
  }
}
