import type { Database } from '../../../platform/database/index.ts';
import { CreatedToken, Done, IdParams, RotateTokenRequest } from '../contract.ts';
import { type Route, route } from '../route.ts';
import type { ScopeResolver } from '../scope-resolver.ts';
import * as contract from './contract.ts';
import {
  addServiceAccount,
  changeServiceAccount,
  describeServiceAccounts,
  removeServiceAccount,
  takeOverServiceAccount,
} from './service-accounts.ts';
import { createServiceToken, rotateToken } from './tokens.ts';

const shared = { permission: 'tokens:write' as const, scope: 'organization' as const, tag: 'Access' };
const one = { ...shared, params: IdParams };

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

export function serviceAccountRoutes(options: { db: Database; teams: ScopeResolver }): Route[] {
  return [...accountRoutes(options), ...tokenRoutes(options.db)];
}

function accountRoutes(options: { db: Database; teams: ScopeResolver }): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/api/v1/service-accounts',
      summary: 'Lists the service accounts with their tokens, never their text.',
      response: contract.ServiceAccountList,
      handle: async () => ({ serviceAccounts: await describeServiceAccounts(options.db) }),
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/api/v1/service-accounts',
      summary: 'Makes a service account, for which the caller answers.',
      errors: ['service_account_name_taken', 'org_node_not_found'],
      body: contract.CreateServiceAccountRequest,
      response: contract.ServiceAccount,
      handle: ({ actor, body }) => addServiceAccount(options, actor, body),
    }),
    route({
      ...one,
      method: 'PATCH',
      path: '/api/v1/service-accounts/:id',
      summary: 'Changes a service account; its tokens follow.',
      errors: ['service_account_not_found', 'service_account_name_taken', 'org_node_not_found'],
      body: contract.UpdateServiceAccountRequest,
      response: contract.ServiceAccount,
      handle: ({ actor, params, body }) => changeServiceAccount(options, actor, { id: params.id, change: body }),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/api/v1/service-accounts/:id/take-over',
      summary: 'Makes the caller answer for a service account.',
      errors: ['service_account_not_found'],
      body: contract.TakeOverRequest,
      response: contract.ServiceAccount,
      handle: ({ actor, params, body }) => takeOverServiceAccount(options, actor, { id: params.id, ...body }),
    }),
    route({
      ...one,
      method: 'DELETE',
      path: '/api/v1/service-accounts/:id',
      summary: 'Removes a service account with its tokens.',
      errors: ['service_account_not_found'],
      response: Done,
      async handle({ actor, params }) {
        await removeServiceAccount(options, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}

function tokenRoutes(db: Database): Route[] {
  return [
    route({
      ...one,
      method: 'POST',
      path: '/api/v1/service-accounts/:id/tokens',
      summary: 'Makes a token of a service account; its text is in this answer only.',
      errors: ['service_account_not_found', 'token_of_another'],
      body: contract.CreateServiceTokenRequest,
      response: CreatedToken,
      handle: ({ actor, params, body }) =>
        createServiceToken(db, actor, {
          account: params.id,
          name: body.name,
          only: body.only,
          expiresAt: instant(body.expiresAt),
        }),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/api/v1/tokens/:id/rotate',
      summary: 'Makes another text for the rights of a token; the old one goes on for the overlap.',
      errors: ['token_not_found', 'token_of_another'],
      body: RotateTokenRequest,
      response: CreatedToken,
      handle: ({ actor, params, body }) =>
        rotateToken(db, actor, {
          id: params.id,
          expiresAt: body.expiresAt === undefined ? undefined : instant(body.expiresAt),
          overlapHours: body.overlapHours,
        }),
    }),
  ];
}
