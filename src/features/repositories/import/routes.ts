import { Answer, type Route, route } from '../../access/index.ts';
import type { ImportKinds } from '../bulk/bulk.ts';
import * as contract from '../contract.ts';
import { importState, listRepositories } from './list.ts';
import { type ImportOptions, setUp } from './set-up.ts';
import { enterToken, removeToken } from './tokens.ts';

const own = { permission: 'integrations:write', scope: 'organization', tag: 'Import' } as const;
const person = ['import_needs_person', 'integration_not_found', 'integration_deleting', 'connector_unknown'] as const;
const asked = [
  'import_token_missing',
  'import_token_refused',
  'invalid_permissions',
  'bitbucket_user_unlicensed',
  'bitbucket_project_not_found',
  'unreachable',
  'timeout',
] as const;

export interface ImportRouteOptions extends ImportOptions {
  kinds: ImportKinds;
}

/** Importing repositories, each person with an own token. */
export function importRoutes(options: ImportRouteOptions): Route[] {
  const { db } = options;
  return [
    route({
      ...own,
      method: 'GET',
      path: '/api/v1/import',
      summary: 'Lists the servers to import repositories from, and whether the caller has entered a token for each.',
      errors: ['import_needs_person'],
      response: contract.ImportState,
      handle: ({ actor }) => importState(db, actor, options.kinds),
    }),
    route({
      ...own,
      method: 'PUT',
      path: '/api/v1/import/:id/token',
      summary:
        'Keeps the caller’s own access token for a server, after the server accepted it. It is never shown again.',
      errors: [...person, 'import_token_refused', 'bitbucket_user_unlicensed', 'unreachable', 'timeout'],
      params: contract.ImportParams,
      body: contract.ImportToken,
      response: contract.Done,
      async handle({ actor, signal, params, body }) {
        await enterToken(options, { actor, signal }, { integrationId: params.id, token: body.token });
        return { ok: true as const };
      },
    }),
    route({
      ...own,
      method: 'DELETE',
      path: '/api/v1/import/:id/token',
      summary: 'Removes the caller’s own access token. It stays valid in Bitbucket until it is revoked there.',
      errors: ['import_needs_person'],
      params: contract.ImportParams,
      response: contract.Done,
      async handle({ actor, params }) {
        await removeToken(db, actor, params.id);
        return { ok: true as const };
      },
    }),
    route({
      ...own,
      method: 'GET',
      path: '/api/v1/import/:id/repositories',
      summary: 'Lists a page of the repositories that the caller sees on a server, with the projects bound to each.',
      errors: [...person, ...asked],
      params: contract.ImportParams,
      query: contract.ImportQuery,
      response: contract.ImportRepositories,
      handle: ({ actor, signal, params, query }) => listRepositories(options, { actor, signal }, params.id, query),
    }),
    route({
      ...own,
      method: 'POST',
      path: '/api/v1/import/:id/repositories',
      summary: 'Sets up a repository: makes its project on SonarQube and binds it. Again, it answers what is there.',
      errors: [
        ...person,
        ...asked,
        'bitbucket_repository_not_found',
        'import_out_of_scope',
        'import_running',
        'import_left_project',
        'project_exists',
        'project_refused',
        'binding_conflict',
        'binding_invalid',
      ],
      params: contract.ImportParams,
      body: contract.ImportInput,
      response: contract.Imported,
      async handle({ actor, signal, params, body }) {
        const imported = await setUp(options, { actor, signal }, params.id, body);
        return imported.already ? imported : new Answer(imported, { status: 201 });
      },
    }),
  ];
}
