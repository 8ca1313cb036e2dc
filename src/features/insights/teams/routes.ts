import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import { TeamNumbersList, TeamNumbersQuery } from './contract.ts';
import { listTeams } from './list.ts';

/** Teams with what is open in them, all of one snapshot. */
export function teamNumberRoutes({ db, now }: { db: Database; now(): Date }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/insights/teams',
      permission: 'insights:read',
      scope: 'rows',
      tag: 'Insights',
      summary: 'Lists teams with their projects, open vulnerabilities by severity, and how many broke their targets.',
      query: TeamNumbersQuery,
      response: TeamNumbersList,
      handle: ({ query }) =>
        db.transaction(async (tx) => {
          await tx.execute('set transaction isolation level repeatable read, read only');
          return listTeams(tx, query, now());
        }),
    }),
  ];
}
