import { describe, expect, it } from 'vitest';
import type { Outbound } from '../../platform/outbound/types.ts';
import { createAuthenticator } from './authentication.ts';

interface Asked {
  url: URL;
  authorization: string | undefined;
}

const hub = { username: 'hub', password: 's3cret', token: '' };

interface Stage {
  tokenService?: string;
  expires?: number;
  secrets?: typeof hub;
  status?: number;
  /** Instead of a token. */
  answers?: string;
}

function authenticator(
  url: string,
  { tokenService = '', expires = 300, secrets = hub, status = 200, answers }: Stage = {},
) {
  const asked: Asked[] = [];
  let time = 0;
  const http: Outbound = {
    async request({ url: to, headers = {} }) {
      asked.push({ url: to, authorization: headers['authorization'] });
      const text = answers ?? JSON.stringify({ token: `t${asked.length}`, expires_in: expires });
      return {
        status,
        headers: {},
        body: (async function* () {})(),
        text: async () => text,
        bytes: async () => Buffer.from(text),
      };
    },
    concurrency: () => 1,
    stats: () => ({ requests: 0, retries: 0, bytes: 0 }),
    close: async () => {},
  };
  const signal = new AbortController().signal;
  const made = createAuthenticator({ http, url, secrets, tokenService, signal, now: () => new Date(time) });
  return { made, asked, later: (ms: number) => (time += ms) };
}

const bearer = (realm: string) => ({ scheme: 'bearer' as const, parameters: { realm } });

describe('where the credential goes', () => {
  it.each([
    ['https://registry-1.docker.io', 'https://auth.docker.io/token'],
    ['https://registry.gitlab.com', 'https://gitlab.com/jwt/auth'],
    ['https://ghcr.io', 'https://ghcr.io/token'],
    ['https://registry.example.com', 'https://auth.example.com/token'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5001/token'],
  ])('%s may send it to %s', async (registry, realm) => {
    const { made, asked } = authenticator(registry);
    expect(await made.answer(bearer(realm), 's')).toBe('Bearer t1');
    expect(asked[0]?.authorization).toMatch(/^Basic /);
    expect(made.tokenHost()).toBe(new URL(realm).host);
  });
  it.each([
    ['https://registry.example.com', 'https://collector.example.net/token'],
    ['https://registry.example.com', 'http://registry.example.com/token'],
    ['https://shop.co.uk', 'https://collector.co.uk/token'],
    ['https://ghcr.io', 'https://collector.io/token'],
    ['http://10.0.0.1:5000', 'http://10.0.0.2/token'],
    ['https://registry.example.com', 'https://registry.example.com.collector.net/token'],
  ])('%s may not send it to %s', async (registry, realm) => {
    const { made, asked } = authenticator(registry);
    await expect(made.answer(bearer(realm), 's')).rejects.toMatchObject({ code: 'registry_token_service_refused' });
    expect(asked).toEqual([]);
  });
  it('a host that the operator named gets it, without a password that stands in the address', async () => {
    const { made, asked } = authenticator('https://registry.example.com', { tokenService: 'sso.example.net' });
    await made.answer(bearer('https://x:y@sso.example.net/token#z'), 's');
    expect(asked[0]?.url.href).toBe('https://sso.example.net/token?scope=s');
  });
});

describe('tokens', () => {
  const url = 'https://registry.example.com';
  const challenge = bearer(`${url}/token`);
  it('are asked for once by all who meet the same challenge, and again when they end', async () => {
    const { made, asked, later } = authenticator(url);
    expect(await Promise.all([made.answer(challenge, 'a'), made.answer(challenge, 'a')])).toEqual([
      'Bearer t1',
      'Bearer t1',
    ]);
    expect(asked).toHaveLength(1);
    expect(made.known('a')).toBe('Bearer t1');
    expect(made.known('b')).toBeUndefined();
    later(291_000);
    expect(made.known('a')).toBeUndefined();
  });
  it('that live for seconds are still used for half of them', async () => {
    const { made, later } = authenticator(url, { expires: 4 });
    await made.answer(challenge, 'a');
    later(1_900);
    expect(made.known('a')).toBe('Bearer t1');
    later(200);
    expect(made.known('a')).toBeUndefined();
  });
  it('that were refused are forgotten', async () => {
    const { made } = authenticator(url);
    await made.answer(challenge, 'a');
    made.forget('a');
    expect(made.known('a')).toBeUndefined();
  });
});

describe('what a challenge is answered with', () => {
  const url = 'https://registry.example.com';
  const none = { username: '', password: '', token: '' };
  const given = { ...none, token: 'given' };
  const of = (scheme: 'basic' | 'bearer' | 'other') => ({ scheme, parameters: { realm: `${url}/token` } });
  const all = [of('other'), of('basic'), of('bearer'), of('basic')];
  const schemes = (secrets: typeof none) =>
    authenticator(url, { secrets })
      .made.answerable(all)
      .map(({ scheme }) => scheme);

  it('is a token of limited life before the password; a scheme nobody knows only by a token that was given', () => {
    expect(schemes(hub)).toEqual(['bearer', 'basic']);
    expect(schemes(none)).toEqual(['bearer']);
    expect(schemes(given)).toEqual(['bearer', 'other']);
    expect(schemes({ ...none, username: 'hub' })).toEqual(['bearer', 'basic']);
    expect(schemes({ ...none, password: 'x' })).toEqual(['bearer', 'basic']);
    expect(authenticator(url).made.answerable([])).toEqual([]);
  });

  it('needs a user name, a password or a token to be called a credential', () => {
    const has = (secrets: typeof none) => authenticator(url, { secrets }).made.hasCredential;
    expect([none, given, hub, { ...none, username: 'hub' }, { ...none, password: 'x' }].map(has)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('is the password itself for Basic, from then on for every scope until it is refused', async () => {
    const { made, asked } = authenticator(url);
    expect(made.known('a')).toBeUndefined();
    expect(await made.answer(of('basic'), 'a')).toBe('Basic aHViOnMzY3JldA==');
    expect(made.known('b')).toBe('Basic aHViOnMzY3JldA==');
    expect([asked, made.tokenHost()]).toEqual([[], null]);
    made.forget('c');
    expect(made.known('b')).toBeUndefined();
  });

  it('is the token that was given, of which no service is asked', async () => {
    const { made, asked } = authenticator(url, { secrets: given });
    expect(await made.answer(of('bearer'), 'a')).toBe('Bearer given');
    expect([made.known('b'), asked]).toEqual(['Bearer given', []]);
  });

  it.each([
    [{ service: 'reg' }, 'a', '?service=reg&scope=a'],
    [{ service: 'reg', scope: 'b' }, 'a', '?service=reg&scope=b'],
    [{}, '', ''],
    [{ scope: '' }, 'a', ''],
  ])('asks the service with %j for the scope %j: %j', async (more, scope, query) => {
    const { made, asked } = authenticator(url);
    await made.answer({ scheme: 'bearer', parameters: { realm: `${url}/token`, ...more } }, scope);
    expect(asked[0]?.url.href).toBe(`${url}/token${query}`);
  });

  it('sends no credential where there is none, wherever the service is', async () => {
    const { made, asked } = authenticator(url, { secrets: none });
    expect(await made.answer(bearer('https://collector.example.net/token'), 's')).toBe('Bearer t1');
    expect(asked).toMatchObject([{ authorization: undefined }]);
  });
});

describe('an answer of the token service', () => {
  const url = 'https://registry.example.com';
  const ask = (stage: Stage) => authenticator(url, stage).made.answer(bearer(`${url}/token`), 's');
  const anonymous = { username: '', password: '', token: '' };

  it.each([401, 403])('of %i refuses the credential, or the lack of one', async (status) => {
    await expect(ask({ status })).rejects.toMatchObject({
      code: 'invalid_credentials',
      message: `The token service registry.example.com does not accept the user name and password (status ${status}).`,
      remedy: expect.stringContaining('Re-authenticate'),
    });
    await expect(ask({ status, secrets: anonymous })).rejects.toMatchObject({
      code: 'invalid_credentials',
      message: 'registry.example.com gives no token without a user name and password.',
      remedy: expect.stringContaining('may pull'),
    });
  });

  it.each([201, 404, 500])('of %i is a fault of it', async (status) => {
    await expect(ask({ status })).rejects.toMatchObject({
      code: 'upstream_error',
      message: `The token service registry.example.com answered with status ${status}.`,
    });
  });

  it.each(['', 'null', '{}', '{"token":7}', '{"token":""}', '{"token":"a b"}', '{"token":"a\\nb"}', '{"token":"ä"}'])(
    'of %j holds no token',
    async (answers) => {
      await expect(ask({ answers })).rejects.toMatchObject({
        code: 'malformed_response',
        message: 'The token service registry.example.com answered without a token.',
      });
    },
  );

  it('may call it an access token, which lives for a minute where nothing is said', async () => {
    const { made, later } = authenticator(url, { answers: '{"access_token":"abc"}' });
    expect(await made.answer(bearer(`${url}/token`), 's')).toBe('Bearer abc');
    later(49_999);
    expect(made.known('s')).toBe('Bearer abc');
    later(1);
    expect(made.known('s')).toBeUndefined();
  });
});

describe('a realm', () => {
  const asked = async (registry: string, realm: string | undefined, tokenService = '') => {
    const stage = authenticator(registry, { tokenService });
    const parameters: Record<string, string> = realm === undefined ? {} : { realm };
    await stage.made.answer({ scheme: 'bearer', parameters }, '');
    return stage.asked[0]?.url.href;
  };

  it.each(['ftp://registry.example.com/token', 'https://[', 'mailto:hub@example.com'])(
    'of %s cannot be called',
    async (realm) => {
      await expect(asked('https://registry.example.com', realm)).rejects.toMatchObject({
        code: 'malformed_response',
        message: 'registry.example.com names no token service that can be called.',
      });
    },
  );

  it('may be a path of the registry, or nothing', async () => {
    expect(await asked('https://registry.example.com:5000', '/token')).toBe('https://registry.example.com:5000/token');
    expect(await asked('https://registry.example.com', undefined)).toBe('https://registry.example.com/');
  });

  it.each([
    ['sso.example.net', 'https://sso.example.net:8443/token'],
    ['sso.example.net:8443', 'https://sso.example.net:8443/token'],
  ])('is the one that the operator named as %s', async (tokenService, realm) => {
    expect(await asked('https://registry.example.com', realm, tokenService)).toBe(realm);
  });

  it.each([
    ['https://registry.example.com', 'https://sso.example.net:8443/token', 'sso.example.net:9443'],
    ['https://registry.example.com', 'https://example.com.evil.net/token', ''],
    ['https://registry.example.com', 'https://evilexample.com/token', ''],
    ['https://registry', 'https://evilregistry/token', ''],
    ['http://[2001:db8::1]:5000', 'http://db8/token', ''],
    ['http://10.0.0.1', 'http://x.0.0.1.example.com/token', ''],
    ['https://shop.example.org.uk', 'https://org.uk/token', ''],
  ])('of %s is not %s (named: %j), and the refusal says what to do', async (registry, realm, tokenService) => {
    await expect(asked(registry, realm, tokenService)).rejects.toMatchObject({
      code: 'registry_token_service_refused',
      data: { host: new URL(realm).host },
      remedy: expect.stringContaining('“Token service”'),
      message: `${new URL(registry).host} asks to send its credential to ${new URL(realm).host}.`,
    });
  });

  it.each([
    ['https://registry.example.com', 'https://example.com/token'],
    ['https://registry.example.com', 'https://registry.example.com:8443/token'],
    ['https://registry', 'https://auth.registry/token'],
    ['https://shop.co.uk', 'https://auth.shop.co.uk/token'],
    ['http://[2001:db8::1]:5000', 'http://[2001:db8::1]:5001/token'],
    ['http://registry.example.com', 'https://registry.example.com/token'],
  ])('of %s is %s', async (registry, realm) => {
    expect(await asked(registry, realm)).toBe(realm);
  });

  it('without encryption gets nothing of a registry with it', async () => {
    await expect(asked('https://registry.example.com', 'http://registry.example.com/token')).rejects.toMatchObject({
      message: 'registry.example.com sends its credential to registry.example.com without encryption.',
    });
  });
});
