import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import {
  Done,
  SavedQuery,
  SavedQueryList,
  SavedQueryParams,
  SaveQueryRequest,
  UpdateQueryRequest,
} from '../contract.ts';
import { changeQuery, removeQuery, savedQueries, savedQuery, saveQuery } from './saved-queries.ts';

export function savedQueryRoutes(db: Database): Route[] {
  const one = '/api/v1/explorer/queries/:id';
  return [
    route({
      method: 'GET',
      path: '/api/v1/explorer/queries',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Lists the saved queries of everybody.',
      tag: 'Data',
      response: SavedQueryList,
      handle: async ({ actor }) => ({ queries: await savedQueries(db, actor) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/explorer/queries',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Saves a query under an address of its own.',
      tag: 'Data',
      body: SaveQueryRequest,
      response: SavedQuery,
      handle: ({ actor, body }) => saveQuery(db, actor, body),
    }),
    route({
      method: 'GET',
      path: one,
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Shows a saved query, by its number or its slug.',
      tag: 'Data',
      errors: ['saved_query_not_found'],
      params: SavedQueryParams,
      response: SavedQuery,
      handle: ({ actor, params }) => savedQuery(db, actor, params.id),
    }),
    route({
      method: 'PATCH',
      path: one,
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Changes a saved query; its maker and administrators may.',
      tag: 'Data',
      errors: ['saved_query_not_found', 'saved_query_not_yours'],
      params: SavedQueryParams,
      body: UpdateQueryRequest,
      response: SavedQuery,
      handle: ({ actor, params, body }) => changeQuery(db, actor, params.id, body),
    }),
    route({
      method: 'DELETE',
      path: one,
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Deletes a saved query; its maker and administrators may.',
      tag: 'Data',
      errors: ['saved_query_not_found', 'saved_query_not_yours'],
      params: SavedQueryParams,
      response: Done,
      async handle({ actor, params }) {
        await removeQuery(db, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}
