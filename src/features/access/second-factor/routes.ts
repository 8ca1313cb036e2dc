import { PlumblineError } from '../../../platform/errors/index.ts';
import { Done, IdParams } from '../contract.ts';
import { requireSelf } from '../open-sessions/sessions.ts';
import { verifyPassword } from '../passwords.ts';
import { type Actor, type Route, route } from '../route.ts';
import type { AccessRouteOptions } from '../route-options.ts';
import { provePassword } from '../sign-in.ts';
import { findUser, type UserRow } from '../store/users.ts';
import { requirePerson } from '../users.ts';
import * as contract from './contract.ts';
import {
  beginFactor,
  confirmFactor,
  describeFactor,
  removeFactor,
  renewRecoveryCodes,
  requireOwnCode,
} from './second-factor.ts';

/** Second factors: one's own, at the door for who needs one, and for administrators the end of a lost one. */
export function secondFactorRoutes(options: AccessRouteOptions): Route[] {
  return [...ownRoutes(options), ...otherRoutes(options)];
}

async function requireAccount({ db }: AccessRouteOptions, actor: Actor): Promise<UserRow> {
  const user = await findUser(db, requireSelf(actor));
  if (user === undefined) throw new PlumblineError('user_not_found');
  return user;
}

/** Who sits at an open browser is not enough to change how one signs in. */
async function requirePassword({ cost }: AccessRouteOptions, user: UserRow, password: string): Promise<void> {
  if (!(await verifyPassword(password, user.passwordHash ?? undefined, cost)))
    throw new PlumblineError('wrong_password');
}

function ownRoutes(options: AccessRouteOptions): Route[] {
  const shared = { permission: 'signed_in' as const, scope: 'own' as const, tag: 'Access' };
  const path = '/api/v1/account/second-factor' as const;
  return [
    route({
      ...shared,
      method: 'GET',
      path,
      summary: 'Says whether one has a second factor, and needs one.',
      errors: ['not_authorized', 'user_not_found'],
      response: contract.SecondFactor,
      handle: async ({ actor }) => describeFactor(options.db, await requireAccount(options, actor)),
    }),
    route({
      ...shared,
      method: 'POST',
      path,
      summary: 'Makes a secret for an authenticator app; it counts once a code of it was shown.',
      errors: ['not_authorized', 'user_not_found', 'wrong_password', 'second_factor_exists'],
      rateLimit: 'sign_in',
      body: contract.BeginSecondFactor,
      response: contract.NewSecondFactor,
      async handle({ actor, body }) {
        const user = await requireAccount(options, actor);
        await requirePassword(options, user, body.password);
        return beginFactor(options, user);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${path}/confirm`,
      summary: 'Shows the first code of the app; the answer has recovery codes, this once.',
      errors: ['not_authorized', 'user_not_found', 'second_factor_wrong'],
      rateLimit: 'sign_in',
      body: contract.ConfirmSecondFactor,
      response: contract.RecoveryCodes,
      async handle({ actor, body }) {
        const user = await requireAccount(options, actor);
        return { recoveryCodes: await confirmFactor(options, actor, { user, code: body.code }) };
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${path}/recovery-codes`,
      summary: 'Makes new recovery codes in place of those before, shown this once.',
      errors: ['not_authorized', 'user_not_found', 'second_factor_missing', 'second_factor_wrong'],
      rateLimit: 'sign_in',
      body: contract.ConfirmSecondFactor,
      response: contract.RecoveryCodes,
      async handle({ actor, body }) {
        const user = await requireAccount(options, actor);
        await requireOwnCode(options, user, body.code);
        return { recoveryCodes: await renewRecoveryCodes(options, actor, user) };
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${path}/remove`,
      summary: 'Removes one’s second factor with its recovery codes.',
      errors: ['not_authorized', 'user_not_found', 'wrong_password', 'second_factor_missing', 'second_factor_wrong'],
      rateLimit: 'sign_in',
      body: contract.RemoveSecondFactor,
      response: Done,
      async handle({ actor, body }) {
        const user = await requireAccount(options, actor);
        await requirePassword(options, user, body.password);
        await requireOwnCode(options, user, body.code);
        await removeFactor(options.db, actor, user);
        return { ok: true as const };
      },
    }),
  ];
}

function otherRoutes(options: AccessRouteOptions): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/sign-in/second-factor',
      permission: 'public',
      scope: 'own',
      summary:
        'Makes a secret for an authenticator app for who is let in only with one; the sign-in with its first code counts.',
      tag: 'Access',
      errors: ['sign_in_failed', 'sign_in_throttled', 'insecure_transport', 'second_factor_exists'],
      rateLimit: 'sign_in',
      body: contract.EnrolAtTheDoor,
      response: contract.NewSecondFactor,
      handle: async ({ body, ...caller }) => beginFactor(options, await provePassword(options, body, caller)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/users/:id/second-factor',
      permission: 'users:write',
      scope: 'organization',
      summary: 'Removes the second factor of a person who has lost it.',
      tag: 'Access',
      errors: ['user_not_found', 'second_factor_missing'],
      params: IdParams,
      response: Done,
      async handle({ actor, params }) {
        requirePerson(actor);
        const user = await findUser(options.db, params.id);
        if (user === undefined) throw new PlumblineError('user_not_found');
        await removeFactor(options.db, actor, user);
        return { ok: true as const };
      },
    }),
  ];
}
