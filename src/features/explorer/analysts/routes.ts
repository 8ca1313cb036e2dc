import type { Database } from '../../../platform/database/index.ts';
import { IdParams } from '../../access/contract.ts';
import { type Route, route } from '../../access/index.ts';
import { AnalystList, ConnectionInfo, CreateAnalystRequest, CreatedAnalyst, Done } from '../contract.ts';
import type { Reader } from '../login/reader.ts';
import { createAnalyst, revokeAnalyst, toAnalyst } from './analysts.ts';
import { listAnalysts } from './store.ts';

export interface AnalystRouteOptions {
  db: Database;
  reader: Reader;
  connection(): ConnectionInfo;
  now(): Date;
}

export function analystRoutes({ db, reader, connection, now }: AnalystRouteOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/explorer/connection',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Says where psql, Grafana or Metabase connect to with an analyst’s login.',
      tag: 'Data',
      response: ConnectionInfo,
      handle: async () => connection(),
    }),
    route({
      method: 'GET',
      path: '/api/v1/explorer/analysts',
      permission: 'analysts:write',
      scope: 'organization',
      summary: 'Lists the analysts’ PostgreSQL logins.',
      tag: 'Data',
      response: AnalystList,
      handle: async () => ({ analysts: (await listAnalysts(db)).map(toAnalyst) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/explorer/analysts',
      permission: 'analysts:write',
      scope: 'organization',
      summary:
        'Makes a PostgreSQL login that reads, or builds in schema custom, too; its connection string is shown this once.',
      tag: 'Data',
      errors: ['analyst_name_taken', 'analyst_expiry_invalid', 'sql_unavailable'],
      body: CreateAnalystRequest,
      response: CreatedAnalyst,
      async handle({ actor, body }) {
        if (reader.unavailable !== null) throw reader.unavailable;
        const wanted = { name: body.name, scope: body.scope, expiresAt: body.expiresAt };
        return createAnalyst(db, { actor, wanted, connection: connection(), now: now() });
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/explorer/analysts/:id',
      permission: 'analysts:write',
      scope: 'organization',
      summary: 'Revokes an analyst’s login and ends its sessions.',
      tag: 'Data',
      errors: ['analyst_not_found'],
      params: IdParams,
      response: Done,
      async handle({ actor, params }) {
        await revokeAnalyst(db, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}
