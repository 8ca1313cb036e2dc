import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { type Answer, testHub } from '../support/hub.ts';

/*
 * Single sign-on against a real Keycloak, in a realm of its own that goes with the test:
 *   KEYCLOAK_URL=http://127.0.0.1:8480 KEYCLOAK_ADMIN_PASSWORD=… vitest run --project live test/live/keycloak.live.test.ts
 * `lab/README.md` says where a Keycloak comes from.
 */

const { KEYCLOAK_URL: url, KEYCLOAK_ADMIN: administrator = 'admin', KEYCLOAK_ADMIN_PASSWORD: secret } = process.env;
const client = { clientId: 'plumbline', clientSecret: 'a-secret-that-nobody-guesses' };
const back = 'https://plumb.example/sign-in/back';
const person = { name: 'ada', password: 'eleven purple tortoises' };

/** The administration of one Keycloak, by its own REST API. */
async function administrationOf(base: string, password: string) {
  const form = { grant_type: 'password', client_id: 'admin-cli', username: administrator, password };
  const given = await fetch(`${base}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token: token } = (await given.json()) as { access_token: string };
  return async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${base}/admin/realms${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Keycloak: ${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

const realmOf = (realm: string): object => ({
  realm,
  enabled: true,
  sslRequired: 'none',
  clients: [
    {
      clientId: client.clientId,
      secret: client.clientSecret,
      redirectUris: [back],
      attributes: {
        'post.logout.redirect.uris': 'https://plumb.example/sign-in',
        'pkce.code.challenge.method': 'S256',
      },
      protocolMappers: [
        {
          name: 'groups',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-group-membership-mapper',
          config: {
            'claim.name': 'groups',
            'full.path': 'false',
            'id.token.claim': 'true',
            'userinfo.token.claim': 'true',
          },
        },
      ],
    },
  ],
  groups: [{ name: 'payments' }, { name: 'others' }],
  users: [
    {
      username: person.name,
      enabled: true,
      email: 'ada@example.com',
      emailVerified: true,
      firstName: 'Ada',
      lastName: 'Lovelace',
      groups: ['/payments'],
      credentials: [{ type: 'password', value: person.password }],
    },
  ],
});

/** Fills in Keycloak’s own page as somebody in a browser does; the query of the address it sends them back to. */
async function browse(start: string, who: { name: string; password: string }): Promise<Record<string, string>> {
  const jar = new Map<string, string>();
  let at = new URL(start);
  let body: URLSearchParams | undefined;
  for (let steps = 0; steps < 10; steps++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie },
      ...(body ? { method: 'POST', body } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = answer.headers.get('location');
    if (location === null) {
      const action = /<form[^>]*action="([^"]+)"/.exec(await answer.text())?.[1];
      if (action === undefined || body !== undefined) throw new Error(`Keycloak stopped at ${at.pathname}`);
      at = new URL(action.replaceAll('&amp;', '&'));
      body = new URLSearchParams({ username: who.name, password: who.password });
      continue;
    }
    at = new URL(location, at);
    body = undefined;
    if (at.href.startsWith(back)) return Object.fromEntries(at.searchParams);
  }
  throw new Error('Keycloak redirects without end');
}

async function connected(base: string, password: string) {
  const ask = await administrationOf(base, password);
  const realm = `plumbline-${Date.now()}`;
  await ask('POST', '', realmOf(realm));
  onTestFinished(async () => void (await (await administrationOf(base, password))('DELETE', `/${realm}`)));
  const hub = await testHub({ openOutbound: (options) => createOutbound(options) });
  const cookie = await hub.administrator('glass@example.com');
  const { users } = (await hub.call('GET', '/api/v1/users', { cookie })).body;
  const rules = (await hub.call('GET', '/api/v1/settings/sign-in', { cookie })).body;
  const breakGlass = { ...rules, breakGlassUserId: users[0].id };
  await hub.call('PUT', '/api/v1/settings/sign-in', { cookie, body: breakGlass });
  const settings = {
    enabled: true,
    name: 'Keycloak',
    issuer: `${base}/realms/${realm}`,
    ...client,
    // Keycloak gives a refresh token without offline_access, which its people need a role for.
    scopes: ['openid', 'profile', 'email'],
    groups: [{ group: 'payments', role: 'team_manager' }],
  };
  const put = (change: object): Promise<Answer> =>
    hub.call('PUT', '/api/v1/settings/single-sign-on', { cookie, body: { ...settings, ...change } });
  expect((await put({})).status).toBe(200);
  const start = async (): Promise<{ url: string; binding: string }> =>
    (await hub.call('POST', '/api/v1/sign-in/start', { as: 'nobody', body: { returnTo: '/projects' } })).body;
  const finish = (answer: Record<string, string>, binding: string): Promise<Answer> =>
    hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
  return {
    hub,
    put,
    start,
    finish,
    enter: async () => {
      const begun = await start();
      return finish(await browse(begun.url, person), begun.binding);
    },
    /** Lets the time pass after which the provider is asked again. */
    due: () =>
      hub.db.execute(
        `update access.sessions set confirmed_at = now() - interval '16 minutes' where issuer is not null`,
      ),
    inRealm: async (method: string, path: string, body?: object) =>
      (await administrationOf(base, password))(method, `/${realm}${path}`, body),
  };
}

if (url === undefined || secret === undefined) {
  const why = 'set KEYCLOAK_URL and KEYCLOAK_ADMIN_PASSWORD to ask a Keycloak of your own';
  process.stderr.write(`single sign-on with Keycloak is not run: ${why}\n`);
  describe.skip(`single sign-on with Keycloak: ${why}`, () => it('is not run', () => undefined));
} else {
  const base = url.replace(/\/+$/, '');
  describe(`single sign-on with Keycloak at ${new URL(base).host}`, () => {
    const session = async (hub: Awaited<ReturnType<typeof connected>>['hub'], cookie: string | undefined) =>
      (await hub.call('GET', '/api/v1/session', { cookie: cookie ?? '' })).body;

    it('makes the account at the first sign-in, with what the group gives, and takes its answer once', async () => {
      const { hub, start, finish } = await connected(base, secret);
      const { url: there, binding } = await start();
      const answer = await browse(there, person);
      const entered = await finish(answer, binding);
      expect(entered).toMatchObject({ status: 200, body: { returnTo: '/projects' } });
      expect((await session(hub, entered.cookie)).user).toMatchObject({
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        role: 'team_manager',
      });
      expect((await finish(answer, binding)).body.error.code).toBe('sso_start_unknown');
    });

    it('refuses codes that expired or belong to another sign-in', async () => {
      const { start, finish, inRealm } = await connected(base, secret);
      const [one, two] = [await start(), await start()];
      const [first, second] = [await browse(one.url, person), await browse(two.url, person)];
      const swapped = await finish({ ...second, code: first['code'] ?? '' }, two.binding);
      expect(swapped.body.error).toMatchObject({
        code: 'sso_code_refused',
        upstream: expect.stringContaining('invalid_grant'),
      });
      await inRealm('PUT', '', { accessCodeLifespan: 1 });
      // Asked with a code of its own each time, until Keycloak holds one that is as old for expired.
      await expect
        .poll(
          async () => {
            const begun = await start();
            const answer = await browse(begun.url, person);
            await new Promise((resolve) => setTimeout(resolve, 2_500));
            return (await finish(answer, begun.binding)).body.error?.code;
          },
          { timeout: 60_000 },
        )
        .toBe('sso_code_refused');
    });

    it('goes on with a new key of the provider at once', async () => {
      const { enter, inRealm } = await connected(base, secret);
      expect((await enter()).status).toBe(200);
      await inRealm('POST', '/components', {
        name: 'newer',
        providerId: 'rsa-generated',
        providerType: 'org.keycloak.keys.KeyProvider',
        config: { priority: ['1000'], algorithm: ['RS256'], keySize: ['2048'] },
      });
      expect((await enter()).status).toBe(200);
    });

    it('takes over another group, and ends with the person, at the next refresh', async () => {
      const { hub, enter, due, inRealm } = await connected(base, secret);
      const { cookie } = await enter();
      await due();
      expect((await session(hub, cookie)).signedIn).toBe(true);
      const [found] = (await inRealm('GET', `/users?username=${person.name}`)) as { id: string }[];
      const groups = (await inRealm('GET', `/users/${found?.id}/groups`)) as { id: string }[];
      await inRealm('DELETE', `/users/${found?.id}/groups/${groups[0]?.id}`);
      await due();
      expect((await session(hub, cookie)).signedIn).toBe(false);
      expect((await enter()).body.error.code).toMatch(/^sso_(no_access|groups_missing)$/);
      await inRealm('PUT', `/users/${found?.id}/groups/${groups[0]?.id}`);
      const again = await enter();
      expect((await session(hub, again.cookie)).signedIn).toBe(true);
      await inRealm('DELETE', `/users/${found?.id}`);
      await due();
      expect((await session(hub, again.cookie)).signedIn).toBe(false);
    });

    it('signs out there, too, and says so when Keycloak does not know this client', async () => {
      const { hub, enter, put } = await connected(base, secret);
      const { cookie } = await enter();
      const { goTo } = (await hub.call('DELETE', '/api/v1/session', { cookie: cookie ?? '' })).body;
      const out = await fetch(goTo, { redirect: 'manual' });
      expect([out.status, out.headers.get('location')]).toEqual([302, 'https://plumb.example/sign-in']);
      await put({ scopes: ['openid', 'profile', 'email', 'offline_access'] });
      expect((await enter()).body.error.code).toBe('sso_not_allowed');
      await put({ clientSecret: 'not the one' });
      expect((await enter()).body.error.code).toBe('sso_client_refused');
    });
  });
}
