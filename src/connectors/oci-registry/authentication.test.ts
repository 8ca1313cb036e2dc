import { describe, expect, it } from 'vitest';
import type { Outbound } from '../../platform/outbound/types.ts';
import { createAuthenticator } from './authentication.ts';

interface Asked {
  url: URL;
  authorization: string | undefined;
}

function authenticator(url: string, { tokenService = '', expires = 300 } = {}) {
  const asked: Asked[] = [];
  let time = 0;
  const http: Outbound = {
    async request({ url: to, headers = {} }) {
      asked.push({ url: to, authorization: headers['authorization'] });
      const text = JSON.stringify({ token: `t${asked.length}`, expires_in: expires });
      return {
        status: 200,
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
  const secrets = { username: 'hub', password: 's3cret', token: '' };
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
