import { PlumblineError } from '../../../platform/errors/index.ts';
import type { ErrorCode } from '../../../platform/errors/index.ts';
import { Done } from '../contract.ts';
import { Answer, type Route, route } from '../route.ts';
import { findRules } from '../sign-in-rules/store.ts';
import { requireSafeTransport, startSession } from '../sign-in.ts';
import { admit, requireAdmitted } from './accounts.ts';
import * as contract from './contract.ts';
import { backChannelLogout } from './logout.ts';
import type { SingleSignOnOptions } from './options.ts';
import { providerSession } from './sessions.ts';
import { checkSettings, describeSettings, findConfigured, saveSettings } from './settings.ts';
import { finishAtProvider, startSingleSignOn } from './start.ts';

export interface SingleSignOnRouteOptions extends SingleSignOnOptions {
  insecureHttp: boolean;
}

const atProvider = [
  'sso_provider_unavailable',
  'sso_provider_invalid',
  'sso_issuer_wrong',
] as const satisfies readonly ErrorCode[];

const whileFinishing = [
  ...atProvider,
  'sso_client_refused',
  'sso_start_unknown',
  'sso_denied',
  'sso_code_refused',
  'sso_not_allowed',
  'sso_answer_invalid',
  'sso_clock_skew',
  'sso_email_missing',
  'sso_groups_missing',
  'sso_no_access',
  'sso_account_unknown',
  'sso_account_taken',
  'sso_not_configured',
  'insecure_transport',
] as const satisfies readonly ErrorCode[];

/** Signing in by a provider, its settings, and what the provider itself calls. */
export function singleSignOnRoutes(options: SingleSignOnRouteOptions): Route[] {
  return [...doorRoutes(options), ...settingsRoutes(options), logoutRoute(options)];
}

function doorRoutes(options: SingleSignOnRouteOptions): Route[] {
  const { db, vault } = options;
  return [
    route({
      method: 'GET',
      path: '/api/v1/sign-in',
      permission: 'public',
      scope: 'own',
      summary: 'Says in which ways people can sign in.',
      tag: 'Access',
      response: contract.SignInWays,
      async handle() {
        const configured = await findConfigured(db, vault);
        const { passwords } = await findRules(db);
        return {
          singleSignOn: configured === undefined ? null : { name: configured.settings.name },
          passwords: configured === undefined ? 'everybody' : passwords,
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/sign-in/start',
      permission: 'public',
      scope: 'own',
      summary: 'Begins single sign-on: where to send the browser, and what it must come back with.',
      tag: 'Access',
      errors: [...atProvider, 'sso_answer_invalid', 'sso_not_configured', 'insecure_transport'],
      rateLimit: 'sign_in',
      body: contract.StartSingleSignOn,
      response: contract.StartedSingleSignOn,
      async handle({ body, transport, signal }) {
        requireSafeTransport(transport, options.insecureHttp);
        return startSingleSignOn(options, { returnTo: body.returnTo, signal });
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/sign-in/finish',
      permission: 'public',
      scope: 'own',
      summary:
        'Ends single sign-on with what the provider sent the browser back with; the answer sets the session cookie.',
      tag: 'Access',
      errors: whileFinishing,
      rateLimit: 'sign_in',
      body: contract.FinishSingleSignOn,
      response: contract.FinishedSingleSignOn,
      async handle({ body, actor, ...caller }) {
        requireSafeTransport(caller.transport, options.insecureHttp);
        const finished = await finishAtProvider(options, { ...body, signal: caller.signal });
        const { settings } = finished.configured;
        const user = requireAdmitted(await db.transaction((tx) => admit(tx, settings, finished.identity)));
        const provider = await providerSession(options, finished);
        const session = await startSession(db, user, { ...caller, previous: actor, provider });
        const { token, expiresAt } = session;
        return new Answer({ returnTo: finished.returnTo }, { session: { token, expiresAt } });
      },
    }),
  ];
}

function settingsRoutes(options: SingleSignOnRouteOptions): Route[] {
  const shared = { permission: 'settings:write' as const, scope: 'organization' as const, tag: 'Access' };
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/api/v1/settings/single-sign-on',
      summary: 'Says which provider signs people in; never its secret.',
      response: contract.SingleSignOnAnswer,
      handle: () => describeSettings(options),
    }),
    route({
      ...shared,
      method: 'PUT',
      path: '/api/v1/settings/single-sign-on',
      summary: 'Sets or changes the provider that signs people in.',
      errors: ['break_glass_needed', 'org_node_not_found'],
      query: contract.PutSingleSignOnQuery,
      body: contract.PutSingleSignOn,
      response: contract.PutSingleSignOnAnswer,
      handle: ({ actor, body, query }) => saveSettings(options, actor, body, query),
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/api/v1/settings/single-sign-on/check',
      summary: 'Asks a provider what it can do; nothing is saved.',
      errors: [...atProvider, 'sso_answer_invalid'],
      rateLimit: 'outside',
      body: contract.PutSingleSignOn,
      response: contract.SingleSignOnCheck,
      handle: ({ body, signal }) => checkSettings(options, body, signal),
    }),
  ];
}

const form = 'application/x-www-form-urlencoded';
const mostBytes = 64 * 1024;

function logoutRoute(options: SingleSignOnRouteOptions): Route {
  return route({
    method: 'POST',
    path: '/api/v1/sign-in/back-channel-logout',
    permission: 'public',
    scope: 'own',
    caller: 'outside_program',
    summary: 'The provider says that a person or a session of theirs has ended there.',
    tag: 'Access',
    errors: [...atProvider, 'sso_answer_invalid', 'sso_logout_invalid', 'sso_not_configured'],
    rateLimit: 'outside',
    upload: { type: form, maxBytes: mostBytes },
    response: Done,
    async handle({ file, signal }) {
      const token = new URLSearchParams(await textOf(file)).get('logout_token');
      if (token === null)
        throw new PlumblineError('sso_logout_invalid', { message: 'There is no logout_token in the form.' });
      await backChannelLogout(options, token, signal);
      return { ok: true as const };
    },
  });
}

async function textOf(file: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
