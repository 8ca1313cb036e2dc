import type { Reaction } from '../../platform/jobs/index.ts';
import type { Route } from '../access/index.ts';
import { peopleChanged } from './changes.ts';
import { refreshBelongings } from './belongings/belongings.ts';
import { belongingRoutes } from './belongings/routes.ts';
import { identityRoutes } from './identities/routes.ts';
import { peopleRoutes } from './people/routes.ts';
import type { PeopleOptions } from './people/save.ts';
import { settingRoutes } from './settings/routes.ts';
import { treeRoutes } from './trees/routes.ts';
import { rebuildAutomatic } from './trees/trees.ts';

export { belongingsChanged, teamChanges } from './changes.ts';
export { type UnownedProjects, unownedProjects } from './belongings/unowned.ts';
export { heldByNode } from './held.ts';
export { seenBy } from './reach.ts';
export { requireNodes } from './trees/present.ts';
export { teamScope } from './visible/resolver.ts';
export { teamsData } from './identities/store.ts';

export type TeamOptions = PeopleOptions;

export interface Teams {
  routes: Route[];
  reactions: Reaction[];
}

const rebuildReaction = 'teams.rebuild';
const belongingsReaction = 'teams.belongings';

/** All trees at once: however often people change, they are built of the people who are there then. */
export const teamsReactTo = {
  [peopleChanged]: { name: rebuildReaction, key: 'all' },
  project: { name: belongingsReaction, key: 'all' },
  project_tags: { name: belongingsReaction, key: 'all' },
  code_owners_changed: { name: belongingsReaction, key: 'all' },
  bindings_changed: { name: belongingsReaction, key: 'all' },
} as const;

/** People, org trees and teams. */
export function createTeams(options: TeamOptions): Teams {
  const { db } = options;
  return {
    routes: [
      ...peopleRoutes(options),
      ...treeRoutes(options),
      ...identityRoutes(db),
      ...belongingRoutes(options),
      ...settingRoutes(options),
    ],
    reactions: [
      { name: rebuildReaction, handle: () => rebuildAutomatic(options) },
      {
        name: belongingsReaction,
        // A sync publishes one project after the other; all of them are looked at together.
        gatherSeconds: 10,
        // Repositories, services and images come without a word.
        sweep: '*/15 * * * *',
        handle: () => refreshBelongings(options),
      },
    ],
  };
}
