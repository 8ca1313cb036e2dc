import * as contract from './contract.ts';
import type { SessionAnswer } from './contract.ts';
import { permissionsOfActor } from './model.ts';
import { type Actor, Answer, type Route, route, type Transport } from './route.ts';
import type { AccessRouteOptions } from './route-options.ts';
import { finishSetup } from './setup.ts';
import { requireSafeTransport, type StartedSession, signIn, signOut, startSession } from './sign-in.ts';
import { SignedOut } from './single-sign-on/contract.ts';
import { endSessionAddress } from './single-sign-on/logout.ts';
import { findSessionEnd } from './store/sessions.ts';
import { findUser, hasAdministrator, toUser } from './store/users.ts';
import { changeOwnPassword } from './users.ts';

/** Signing in and out, the first administrator, and one's own password. */
export function accountRoutes(options: AccessRouteOptions): Route[] {
  return [...sessionRoutes(options), ...setupRoutes(options), passwordRoute(options)];
}

async function describeSession(
  options: AccessRouteOptions,
  actor: Actor | undefined,
  transport: Transport,
): Promise<SessionAnswer> {
  const { db, version } = options;
  const user = actor?.kind === 'user' && actor.userId !== null ? await findUser(db, actor.userId) : undefined;
  const end = actor?.sessionId === undefined ? undefined : await findSessionEnd(db, actor.sessionId);
  return {
    signedIn: actor !== undefined,
    actor: actor === undefined ? null : { kind: actor.kind, name: actor.name, role: actor.role },
    user: user === undefined ? null : toUser(user),
    permissions: actor === undefined ? [] : permissionsOfActor(actor),
    expiresAt: end?.toISOString() ?? null,
    setupRequired: actor === undefined && !(await hasAdministrator(db)),
    insecureTransport: transport === 'http' && options.insecureHttp,
    version,
  };
}

async function started(
  options: AccessRouteOptions,
  session: StartedSession,
  transport: Transport,
): Promise<Answer<SessionAnswer>> {
  const body = await describeSession(options, session.actor, transport);
  return new Answer(body, { session: { token: session.token, expiresAt: session.expiresAt } });
}

function sessionRoutes(options: AccessRouteOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/session',
      permission: 'public',
      scope: 'own',
      summary: 'Says who is signed in and whether the hub still needs its first administrator.',
      tag: 'Access',
      response: contract.SessionAnswer,
      handle: ({ actor, transport }) => describeSession(options, actor, transport),
    }),
    route({
      method: 'POST',
      path: '/api/v1/session',
      permission: 'public',
      scope: 'own',
      summary: 'Signs in; the answer sets the session cookie.',
      tag: 'Access',
      errors: [
        'sign_in_failed',
        'sign_in_throttled',
        'insecure_transport',
        'sso_required',
        'sso_no_access',
        'second_factor_needed',
        'second_factor_wrong',
        'second_factor_enrolment_needed',
      ],
      rateLimit: 'sign_in',
      body: contract.SignInRequest,
      response: contract.SessionAnswer,
      async handle({ body, actor, ...caller }) {
        const session = await signIn(options, body, { ...caller, previous: actor });
        return started(options, session, caller.transport);
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/session',
      permission: 'public',
      scope: 'own',
      summary: 'Signs out and clears the cookie; no error when nobody was signed in.',
      tag: 'Access',
      response: SignedOut,
      async handle({ actor, signal }) {
        const goTo = actor === undefined ? null : await endSessionAddress(options, actor, signal);
        if (actor !== undefined) await signOut(options.db, actor);
        return new Answer({ ok: true as const, goTo }, { session: 'clear' });
      },
    }),
  ];
}

function setupRoutes(options: AccessRouteOptions): Route[] {
  const { db } = options;
  return [
    route({
      method: 'GET',
      path: '/api/v1/setup',
      permission: 'public',
      scope: 'own',
      summary: 'Says whether the hub still needs its first administrator.',
      tag: 'Access',
      response: contract.SetupState,
      handle: async () => ({ required: !(await hasAdministrator(db)) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/setup',
      permission: 'public',
      scope: 'own',
      summary: 'Makes the first administrator with the secret of the set-up link, and signs in.',
      tag: 'Access',
      errors: ['setup_finished', 'setup_link_invalid', 'weak_password', 'insecure_transport'],
      rateLimit: 'sign_in',
      body: contract.SetupRequest,
      response: contract.SessionAnswer,
      async handle({ body, actor, ...caller }) {
        requireSafeTransport(caller.transport, options.insecureHttp);
        const user = await finishSetup(options, body.secret, body);
        const session = await startSession(db, user, { ...caller, previous: actor });
        return started(options, session, caller.transport);
      },
    }),
  ];
}

function passwordRoute(options: AccessRouteOptions): Route {
  return route({
    method: 'POST',
    path: '/api/v1/account/password',
    permission: 'signed_in',
    scope: 'own',
    summary: 'Changes one’s own password and ends all other sessions.',
    tag: 'Access',
    // A token has no password to change.
    errors: ['wrong_password', 'weak_password', 'not_authorized'],
    rateLimit: 'sign_in',
    body: contract.ChangePasswordRequest,
    response: contract.Done,
    async handle({ body, actor }) {
      await changeOwnPassword(options, actor, { current: body.currentPassword, next: body.newPassword });
      return { ok: true as const };
    },
  });
}
