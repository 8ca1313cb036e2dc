import type { Route } from '../access/index.ts';
import { peopleRoutes } from './people/routes.ts';
import type { PeopleOptions } from './people/save.ts';

export { teamChanges } from './changes.ts';

export type TeamOptions = PeopleOptions;

export interface Teams {
  routes: Route[];
}

/** People, org trees and teams. */
export function createTeams(options: TeamOptions): Teams {
  return { routes: [...peopleRoutes(options)] };
}
