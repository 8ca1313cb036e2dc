import { accountRoutes } from './account-routes.ts';
import { createToken, revokeToken } from './api-tokens.ts';
import { auditTrailRoutes } from './audit-trail/routes.ts';
import * as contract from './contract.ts';
import { type Route, route } from './route.ts';
import type { AccessRouteOptions } from './route-options.ts';
import { openSessionRoutes } from './open-sessions/routes.ts';
import { secondFactorRoutes } from './second-factor/routes.ts';
import { serviceAccountRoutes } from './service-accounts/routes.ts';
import { signInRulesRoutes } from './sign-in-rules/routes.ts';
import { singleSignOnRoutes } from './single-sign-on/routes.ts';
import { listTokens, toApiToken } from './store/tokens.ts';
import { listUsers, toUser } from './store/users.ts';
import { addUser, changeUser, removeUser } from './users.ts';

/** Every route of the room. */
export function accessRoutes(options: AccessRouteOptions): Route[] {
  return [
    ...accountRoutes(options),
    ...singleSignOnRoutes(options),
    ...signInRulesRoutes(options),
    ...openSessionRoutes(options),
    ...secondFactorRoutes(options),
    ...userRoutes(options),
    ...tokenRoutes(options),
    ...serviceAccountRoutes(options),
    ...auditTrailRoutes(options),
  ];
}

function userRoutes(options: AccessRouteOptions): Route[] {
  const { db } = options;
  return [
    route({
      method: 'GET',
      path: '/api/v1/users',
      permission: 'users:read',
      scope: 'organization',
      summary: 'Lists the people who can sign in.',
      tag: 'Access',
      response: contract.UserList,
      handle: async () => ({ users: (await listUsers(db)).map(toUser) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/users',
      permission: 'users:write',
      scope: 'organization',
      summary: 'Adds a person.',
      tag: 'Access',
      errors: ['email_taken', 'weak_password', 'org_node_not_found'],
      body: contract.CreateUserRequest,
      response: contract.User,
      handle: async ({ body, actor }) => toUser(await addUser(options, actor, body)),
    }),
    route({
      method: 'PATCH',
      path: '/api/v1/users/:id',
      permission: 'users:write',
      scope: 'organization',
      summary: 'Changes a person’s address, name, role or password.',
      tag: 'Access',
      errors: [
        'user_not_found',
        'email_taken',
        'last_administrator',
        'break_glass_needed',
        'weak_password',
        'org_node_not_found',
      ],
      params: contract.IdParams,
      body: contract.UpdateUserRequest,
      response: contract.User,
      handle: async ({ params, body, actor }) => toUser(await changeUser(options, actor, params.id, body)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/users/:id',
      permission: 'users:write',
      scope: 'organization',
      summary: 'Removes a person with their sessions and API tokens.',
      tag: 'Access',
      errors: ['user_not_found', 'last_administrator', 'break_glass_needed'],
      params: contract.IdParams,
      response: contract.Done,
      async handle({ params, actor }) {
        await removeUser(options, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}

function tokenRoutes({ db, teams }: AccessRouteOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/tokens',
      permission: 'tokens:write',
      scope: 'organization',
      summary: 'Lists the API tokens, never their text.',
      tag: 'Access',
      response: contract.TokenList,
      handle: async () => ({ tokens: (await listTokens(db)).map(toApiToken) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/tokens',
      permission: 'tokens:write',
      scope: 'organization',
      summary: 'Makes an API token; its text is in this answer only.',
      tag: 'Access',
      errors: ['org_node_not_found'],
      body: contract.CreateTokenRequest,
      response: contract.CreatedToken,
      handle: ({ body, actor }) =>
        createToken({ db, teams }, actor, {
          name: body.name,
          role: body.role,
          only: body.only,
          nodes: body.nodes,
          expiresAt: body.expiresAt === null ? null : new Date(body.expiresAt),
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/tokens/:id',
      permission: 'tokens:write',
      scope: 'organization',
      summary: 'Revokes an API token.',
      tag: 'Access',
      errors: ['token_not_found'],
      params: contract.IdParams,
      response: contract.Done,
      async handle({ params, actor }) {
        await revokeToken(db, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}
