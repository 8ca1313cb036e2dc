import type { Database } from '../../platform/database/index.ts';
import { type Route, route } from '../access/index.ts';
import * as contract from './contract.ts';
import { listFixes } from './reading/fixes.ts';
import { listRunning } from './reading/list.ts';

export function runningRoutes({ db }: { db: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/running',
      permission: 'deployments:read',
      scope: 'rows',
      tag: 'Running',
      summary:
        'Lists what runs where, with the verdict on each image, the worst first: now, or as it was said at a time.',
      errors: ['org_node_not_found'],
      query: contract.RunningQuery,
      response: contract.RunningList,
      handle: ({ query }) => listRunning(db, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/running/fixes',
      permission: 'deployments:read',
      scope: 'rows',
      tag: 'Running',
      summary:
        'Tells how long it took from a vulnerability to the deployment of its fix, by environment and service, and what waits for it.',
      errors: ['org_node_not_found'],
      query: contract.FixesQuery,
      response: contract.FixesList,
      handle: ({ query }) => listFixes(db, query),
    }),
  ];
}
