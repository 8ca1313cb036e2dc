import { demandAccount } from '../access.ts';
import { type Call, type Endpoint, success } from '../call.ts';
import { badRequest, denied } from '../errors.ts';

export const accountEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'ng/api/accounts/{accountIdentifier}',
    handle: (call) => {
      demandAccount(call, 'account');
      const { id, name } = call.account;
      return success(call, {
        identifier: id,
        name,
        companyName: name,
        cluster: call.world.profile.name === 'cloud' ? 'prod-2' : 'self-managed',
        defaultExperience: 'NG',
        authenticationMechanism: 'USER_PASSWORD',
        nextGenEnabled: true,
        serviceAccountConfig: { apiKeyLimit: 200, tokenLimit: 500 },
      });
    },
  },
  { method: 'GET', path: 'ng/api/user/currentUser', handle: currentUser },
  { method: 'GET', path: 'ng/api/token/aggregate', handle: tokens },
];

/** A service account is no user. */
function currentUser(call: Call) {
  const { token, account } = call;
  if (token.kind === 'sat') throw badRequest('Current user can be accessed only by 1st Party Principal');
  return success(call, {
    uuid: token.owner.uuid,
    name: token.owner.name,
    email: token.owner.email,
    accounts: [{ uuid: account.id, accountName: account.name, companyName: account.name }],
    admin: false,
    locked: false,
    disabled: false,
    twoFactorAuthenticationEnabled: false,
  });
}

/** When tokens expire; only for who administers keys. */
function tokens(call: Call) {
  if (call.token.lacks.includes('tokens')) throw denied('core_serviceaccount_view', `account ${call.account.id}`);
  const { id, kind, expiresAt, owner } = call.token;
  const token = {
    identifier: id,
    name: id,
    validTo: expiresAt ?? undefined,
    scheduledExpireTime: expiresAt ?? undefined,
    valid: true,
    accountIdentifier: call.account.id,
    apiKeyType: kind === 'pat' ? 'USER' : 'SERVICE_ACCOUNT',
    parentIdentifier: owner.uuid,
  };
  return success(call, {
    totalPages: 1,
    totalItems: 1,
    pageItemCount: 1,
    pageSize: 50,
    content: [{ token }],
    pageIndex: 0,
    empty: false,
  });
}
