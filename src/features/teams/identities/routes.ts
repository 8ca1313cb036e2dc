import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import { confirmIdentities, listAccounts, removeIdentity } from './identities.ts';

const write = { permission: 'identities:write', scope: 'organization', tag: 'People' } as const;

export function identityRoutes(db: Database): Route[] {
  return [
    route({
      permission: 'people:read',
      scope: 'organization',
      tag: 'People',
      method: 'GET',
      path: '/api/v1/identities/proposals',
      summary: 'Lists accounts of other systems that are nobody’s yet, with the person each most likely is of.',
      query: contract.AccountQuery,
      response: contract.AccountList,
      handle: ({ query }) => listAccounts(db, query),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/identities',
      summary: 'Says whose accounts are: what a person confirmed, all of it or nothing.',
      errors: ['person_not_found', 'integration_not_found', 'identity_taken'],
      body: contract.IdentitiesInput,
      response: contract.SavedIdentities,
      handle: ({ actor, body }) => confirmIdentities(db, actor, body),
    }),
    route({
      ...write,
      method: 'DELETE',
      path: '/api/v1/identities/:id',
      summary: 'Takes an account from a person again.',
      errors: ['identity_not_found'],
      params: contract.IdentityParams,
      response: contract.IdentityDone,
      async handle({ actor, params }) {
        await removeIdentity(db, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}
