import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider, { type AdapterConstructor, type Configuration } from 'oidc-provider';
// @ts-expect-error: has no types; named here so that the provider does not warn of it in every test.
import memoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { onTestFinished } from 'vitest';

/** Somebody the provider knows, under a name of its own. */
export interface Person {
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: unknown;
}

export interface IdentityProvider {
  issuer: string;
  /** Who is known; whoever is taken out is removed upstream. */
  people: Map<string, Person>;
  /** Who sits at the browser. */
  atBrowser(subject: string): void;
  /** From now on a page asks who sits there, as for somebody in a real browser. */
  ask(): void;
  /** Changes what an ID token says before it is signed by `key`, or by the provider's own. */
  alter(change: ((claims: JWTPayload) => JWTPayload) | undefined, key?: JWK): void;
  /** Changes what the provider says about itself. */
  describe(change: ((metadata: Record<string, unknown>) => void) | undefined): void;
  /** From now on another key signs, and the one before is no longer published. */
  rotateKeys(): Promise<void>;
  /** Codes that are given out from now on are good for so many seconds. */
  codesLast(seconds: number): void;
  /** Whether it would still take a code, by its own clock. */
  takes(code: string): Promise<boolean>;
  /** Answers at the token endpoint with this error of OAuth. */
  refuse(error: string): void;
  /** Answers nothing but this status; undefined: as usual. */
  fail(status: number | undefined): void;
  /** A browser of its own: follows the provider until it sends back to `redirectUri`, and returns the query. */
  browse(url: string): Promise<Record<string, string>>;
  /** Calls of the token endpoint so far. */
  tokenCalls(): number;
  /** Signs a token as the provider does. */
  sign(claims: JWTPayload, options?: { key?: JWK; typ?: string }): Promise<string>;
  /** Forms that it sends to the client's back channel. */
  deliver(send: (form: string) => Promise<number>): void;
  /** Says to the client that one of its sessions has ended. */
  endSession(subject: string, session: string): Promise<void>;
}

export const clientId = 'plumbline';
export const clientSecret = 'a-secret-of-the-client-that-nobody-guesses';

export async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: Math.random().toString(36).slice(2) };
}

/** The real `oidc-provider` on a port of its own; it ends with the test. */
export async function startIdentityProvider(redirectUri: string, postLogoutUri: string): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => close(server));
  const state = {
    key: await newKey(),
    subject: 'ada',
    asks: false,
    codeSeconds: 30,
    refusal: undefined as string | undefined,
    alter: undefined as ((claims: JWTPayload) => JWTPayload) | undefined,
    alterKey: undefined as JWK | undefined,
    describe: undefined as ((metadata: Record<string, unknown>) => void) | undefined,
    status: undefined as number | undefined,
    tokenCalls: 0,
    send: undefined as ((form: string) => Promise<number>) | undefined,
  };
  const people = new Map<string, Person>();
  const sign = async (claims: JWTPayload, { key = state.key, typ = 'JWT' } = {}): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ, kid: key.kid ?? '' })
      .sign(await importJWK(key, 'RS256'));

  const build = (): Provider => {
    const provider = new Provider(issuer, configuration());
    provider.use(async (context, next) => {
      if (context.path.startsWith('/interaction/')) return interact(provider, context);
      await next();
      const body = context.body as Record<string, unknown>;
      if (context.path === '/.well-known/openid-configuration') state.describe?.(body);
      if (context.path !== '/token') return;
      state.tokenCalls++;
      if (state.refusal !== undefined) {
        context.status = 400;
        context.body = { error: state.refusal };
        return;
      }
      if (state.alter === undefined || typeof body['id_token'] !== 'string') return;
      const claims = JSON.parse(
        Buffer.from(body['id_token'].split('.')[1] ?? '', 'base64url').toString(),
      ) as JWTPayload;
      body['id_token'] = await sign(state.alter(claims), { key: state.alterKey ?? state.key });
    });
    return provider;
  };
  const configuration = (): Configuration => ({
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [postLogoutUri],
        grant_types: ['authorization_code', 'refresh_token'],
        backchannel_logout_uri: 'https://plumb.example/api/v1/sign-in/back-channel-logout',
        backchannel_logout_session_required: true,
      },
    ],
    adapter: memoryAdapter as AdapterConstructor,
    jwks: { keys: [state.key] },
    cookies: { keys: ['for tests only'] },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'groups'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    ttl: {
      IdToken: 60,
      AuthorizationCode: () => state.codeSeconds,
      AccessToken: 60,
      RefreshToken: 86_400,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 600,
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(_context, subject) {
      const person = people.get(subject);
      if (person === undefined) return undefined;
      return { accountId: subject, claims: async () => ({ sub: subject, ...person }) };
    },
    fetch: async (_url, init) => {
      const form = String((init as { body: unknown }).body);
      return new Response(null, { status: (await state.send?.(form)) ?? 500 });
    },
  });

  async function interact(
    provider: Provider,
    context: Provider['context'] extends never ? never : { req: unknown; res: unknown },
  ): Promise<void> {
    const { req, res } = context as {
      req: Parameters<Provider['interactionDetails']>[0];
      res: Parameters<Provider['interactionDetails']>[1];
    };
    const details = await provider.interactionDetails(req, res);
    (context as { respond?: boolean }).respond = false;
    if (details.prompt.name === 'login') {
      if (state.asks && req.method === 'GET') {
        res.setHeader('content-type', 'text/html');
        res.end(signInPage);
        return;
      }
      const accountId = state.asks ? await nameIn(req) : state.subject;
      state.subject = accountId;
      return provider.interactionFinished(req, res, { login: { accountId } });
    }
    const grant = new provider.Grant({ accountId: state.subject, clientId });
    grant.addOIDCScope('openid offline_access profile email groups');
    const grantId = await grant.save();
    return provider.interactionFinished(req, res, { consent: { grantId } }, { mergeWithLastSubmission: true });
  }

  let current = build();
  let handle = current.callback();
  server.on('request', (request, response) => {
    if (state.status === undefined) return void handle(request, response);
    response.statusCode = state.status;
    response.end();
  });

  return {
    issuer,
    people,
    sign,
    atBrowser: (subject) => void (state.subject = subject),
    ask: () => void (state.asks = true),
    alter(change, key) {
      state.alter = change;
      state.alterKey = key;
    },
    describe: (change) => void (state.describe = change),
    async rotateKeys() {
      state.key = await newKey();
      current = build();
      handle = current.callback();
    },
    refuse: (error) => void (state.refusal = error),
    codesLast: (seconds) => void (state.codeSeconds = seconds),
    takes: async (code) => (await current.AuthorizationCode.find(code))?.isValid ?? false,
    fail: (status) => void (state.status = status),
    browse: (url) => browse(url, redirectUri),
    tokenCalls: () => state.tokenCalls,
    async endSession(subject, session) {
      const client = await current.Client.find(clientId);
      if (client === undefined) throw new Error('the client is not there');
      await (client as unknown as { backchannelLogout(sub: string, sid: string): Promise<void> }).backchannelLogout(
        subject,
        session,
      );
    },
    deliver: (send) => void (state.send = send),
  };
}

const signInPage = `<!doctype html><html lang="en"><title>Example login</title><h1>Example login</h1>
<form method="post"><label>Name <input name="name" autofocus></label> <button>Go on</button></form>`;

async function nameIn(request: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
  return new URLSearchParams(Buffer.concat(parts).toString()).get('name') ?? '';
}

/** Follows redirects as a browser does, with its cookies. */
async function browse(start: string, until: string): Promise<Record<string, string>> {
  const jar = new Map<string, string>();
  let url = new URL(start);
  for (let steps = 0; steps < 12; steps++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = answer.headers.get('location');
    if (location === null)
      throw new Error(`the provider stopped at ${url.pathname}: ${answer.status} ${await answer.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(until)) return Object.fromEntries(url.searchParams);
  }
  throw new Error('the provider redirects without end');
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
