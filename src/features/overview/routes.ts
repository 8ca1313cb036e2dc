import type { Database } from '../../platform/database/index.ts';
import { type HeldByNode, may, type Permission, reaches, type Route, route } from '../access/index.ts';
import type { IntegrationHealth } from '../ingestion/contract.ts';
import * as contract from './contract.ts';
import { readFigures } from './figures.ts';
import { readFreshness } from './freshness.ts';
import { readNeeds } from './needs.ts';
import { readSetup } from './setup.ts';

export interface OverviewOptions {
  db: Database;
  /** Where pages read; may be a replica. Default: `db`. */
  reads?: Database;
  now(): Date;
  heldBy: HeldByNode;
  /** Health of every integration, as its own page tells it. */
  health(): Promise<IntegrationHealth[]>;
}

const daysOfWeek = 7;

export function overviewRoutes({ db, reads = db, now, heldBy, health }: OverviewOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/overview',
      permission: 'insights:read',
      scope: 'rows',
      tag: 'Overview',
      summary: 'Shows what is open, what fails now, how fresh that is, what changed this week and what needs a person.',
      errors: ['org_node_not_found'],
      query: contract.OverviewQuery,
      response: contract.Overview,
      async handle({ actor, query: { node } }) {
        const at = now();
        const own = (permission: Permission): boolean => may(actor, permission);
        const ofAll = reaches(actor, 'organization') && node === undefined;
        const weekFrom = new Date(at.getTime() - (daysOfWeek - 1) * 86_400_000).toISOString().slice(0, 10);
        const freshness = await readFreshness(db);
        return {
          at: at.toISOString(),
          weekFrom,
          figures: await readFigures({ db, reads, now: at, weekFrom, node, heldBy, freshness, may: own }),
          freshness,
          needs: ofAll ? await readNeeds({ db, now: at, health, may: own }) : null,
          setup: ofAll ? await readSetup(db, freshness) : null,
        };
      },
    }),
  ];
}
