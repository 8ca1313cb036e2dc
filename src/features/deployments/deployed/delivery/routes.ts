import type { Database } from '../../../../platform/database/index.ts';
import { type HeldByNode, noNodes, type Route, route } from '../../../access/index.ts';
import * as contract from './contract.ts';
import { readDelivery, scopeOf } from './figures.ts';
import { listLeadTimes } from './lead-times.ts';
import { listRestores } from './restores.ts';
import { changeFailureSettings, readFailureSettings } from './settings.ts';

const tag = 'Delivery';
const read = { permission: 'deployments:read', scope: 'rows', tag } as const;

export function deliveryRoutes({
  db,
  now,
  heldBy = noNodes,
}: {
  db: Database;
  now(): Date;
  heldBy?: HeldByNode;
}): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/delivery',
      summary: 'Shows deployment frequency, change failure rate, time to restore and lead time, with their statistics.',
      query: contract.DeliveryQuery,
      errors: ['org_node_not_found'],
      response: contract.Delivery,
      handle: ({ query }) => readDelivery(db, query, { now: now(), heldBy }),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/delivery/restores',
      summary: 'Lists the times to restore that are counted, and failures that are not restored yet.',
      query: contract.RestoreQuery,
      errors: ['org_node_not_found'],
      response: contract.RestoreList,
      handle: async ({ query }) => listRestores(db, await scopeOf(db, query, { now: now(), heldBy }), query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/delivery/lead-times',
      summary: 'Lists the lead times that are counted, and deployments without one with the reason.',
      query: contract.LeadTimeQuery,
      errors: ['org_node_not_found'],
      response: contract.LeadTimeList,
      handle: async ({ query }) => listLeadTimes(db, await scopeOf(db, query, { now: now(), heldBy }), query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/delivery/settings',
      summary: 'Shows what counts as a failed deployment.',
      response: contract.FailureSettings,
      handle: () => readFailureSettings(db),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/delivery/settings',
      permission: 'settings:write',
      scope: 'organization',
      tag,
      summary: 'Says what counts as a failed deployment, for all times.',
      body: contract.FailureDefinition,
      response: contract.FailureSettings,
      handle: ({ actor, body }) => changeFailureSettings(db, actor, body),
    }),
  ];
}
