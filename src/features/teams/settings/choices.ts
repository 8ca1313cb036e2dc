import type { Section, ThingKind } from './contract.ts';

/** Which integrations count in a section; `team` null: for the whole tree. */
export interface Choice {
  tree: number;
  team: number | null;
  section: Section;
  integrations: readonly number[];
}

export const sectionOf: Readonly<Record<ThingKind | 'project', Section>> = {
  project: 'code_quality',
  image: 'security',
  repository: 'source_code',
  service: 'deployment',
  pipeline: 'deployment',
  environment: 'deployment',
};

interface Asked {
  tree: number;
  team: number;
  section: Section;
}

export interface Chosen {
  from: 'team' | 'tree' | 'nobody';
  /** Null: all. */
  integrations: ReadonlySet<number> | null;
}

/** What a team says stands before what its tree says; where neither says anything all integrations count. */
export function createChoices(choices: readonly Choice[]): (asked: Asked) => Chosen {
  const keyOf = (tree: number, team: number | null, section: Section): string => `${tree} ${team ?? ''} ${section}`;
  const said = new Map(
    choices.map(({ tree, team, section, integrations }) => [keyOf(tree, team, section), new Set(integrations)]),
  );
  return ({ tree, team, section }) => {
    const own = said.get(keyOf(tree, team, section));
    if (own !== undefined) return { from: 'team', integrations: own };
    const inherited = said.get(keyOf(tree, null, section));
    return inherited === undefined ? { from: 'nobody', integrations: null } : { from: 'tree', integrations: inherited };
  };
}

/** Whether an integration counts. One that is chosen by nobody and nowhere counts everywhere. */
export const includes = ({ integrations }: Chosen, integration: number): boolean =>
  integrations === null || integrations.has(integration);
