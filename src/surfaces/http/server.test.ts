import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Actor, Answer, type Route, route, StreamedAnswer } from '../../features/access/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import { createHttpServer, type HttpConfig } from './index.ts';

const actors: Record<string, Actor> = {
  admin: { kind: 'token', userId: 1, tokenId: 1, name: 'admin', role: 'admin' },
  viewer: { kind: 'token', userId: 2, tokenId: 2, name: 'viewer', role: 'viewer' },
};

const routes: Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/things',
    permission: 'integrations:read',
    scope: 'organization',
    summary: 'Lists things.',
    tag: 'Things',
    query: z.object({ limit: z.coerce.number().int().max(10).default(5) }),
    response: z.object({ limit: z.number() }),
    handle: async ({ query }) => ({ limit: query.limit, secret: 'never shown' }) as { limit: number },
  }),
  route({
    method: 'POST',
    path: '/api/v1/things/:id',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Changes a thing.',
    tag: 'Things',
    errors: ['integration_not_found'],
    params: z.strictObject({ id: z.string().regex(/^\d+$/, 'must be a number') }),
    body: z.strictObject({ name: z.string().min(2), inner: z.strictObject({ size: z.number() }).optional() }),
    response: z.object({ name: z.string() }),
    async handle({ params, body }) {
      if (params.id === '404') throw new PlumblineError('integration_not_found');
      if (params.id === '503') throw Object.assign(new Error('could not get a lock on orders'), { code: '55P03' });
      if (params.id === '500') throw new Error('password=hunter2 leaked from the database');
      return new Answer({ name: body.name }, { status: 201 });
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/nothing',
    permission: 'signed_in',
    scope: 'own',
    summary: 'Takes no body.',
    tag: 'Things',
    response: z.object({ name: z.string() }),
    handle: async ({ actor }) => ({ name: actor.name }),
  }),
  route({
    style: 'rpc',
    method: 'POST',
    path: '/api/things.make',
    permission: 'integrations:write',
    scope: 'organization',
    summary: 'Makes a thing.',
    tag: 'Things',
    body: z.strictObject({ label: z.string(), secrets: z.record(z.string(), z.string().max(3)) }),
    response: z.object({ ok: z.literal(true) }),
    handle: async () => ({ ok: true as const }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/sign-in',
    permission: 'public',
    scope: 'own',
    summary: 'Sets the cookie.',
    tag: 'Things',
    rateLimit: 'sign_in',
    response: z.object({ transport: z.string(), address: z.string() }),
    handle: async ({ transport, remoteAddress }) =>
      new Answer(
        { transport, address: remoteAddress },
        { session: { token: 'abc', expiresAt: new Date(Date.now() + 1e6) } },
      ),
  }),
  route({
    method: 'GET',
    path: '/api/v1/file',
    permission: 'public',
    scope: 'own',
    summary: 'A file.',
    tag: 'Things',
    streams: ['text/csv'],
    handle: async () => new StreamedAnswer('text/csv', Readable.from(['a,b\n', '1,2\n']), 'Größe 1.csv'),
  }),
];

const config: HttpConfig = {
  publicUrl: new URL('https://plumb.example/base/'),
  tls: undefined,
  trustedProxies: ['10.0.0.0/8'],
  version: '1.2.3',
  signInCallsPerMinute: 3,
};

let app: FastifyInstance;
let webRoot: string;
let evidence: unknown[];

beforeEach(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'plumbline-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(
    join(webRoot, 'index.html'),
    '<!doctype html><html><head><title>P</title></head><body></body></html>',
  );
  await writeFile(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(join(webRoot, 'robots.txt'), 'User-agent: *');
  evidence = [];
  app = await createHttpServer({
    config,
    log: silentLog,
    routes,
    webRoot,
    access: {
      visibleTo: async () => undefined,
      async authenticate(shown) {
        evidence.push(shown);
        return shown.bearer === undefined ? actors[shown.sessionToken ?? ''] : actors[shown.bearer];
      },
    },
    health: { ready: async () => ({ ready: false, checks: { database: 'starting' } }) },
    metrics: { text: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }) },
  });
});

afterEach(async () => {
  await app.close();
  await rm(webRoot, { recursive: true });
});

const host = 'plumb.example';
const admin = { host, authorization: 'Bearer admin' };

describe('a request', () => {
  it('is answered 401, then 403, then 400', async () => {
    const bad = { method: 'POST', url: '/api/v1/things/x', payload: '{"nam' } as const;
    const json = { 'content-type': 'application/json' };
    const none = await app.inject({ ...bad, headers: { host, ...json } });
    expect([none.statusCode, none.json().error.code]).toEqual([401, 'not_authed']);
    expect(none.headers['www-authenticate']).toBe('Bearer');
    const viewer = await app.inject({ ...bad, headers: { host, ...json, authorization: 'Bearer viewer' } });
    expect([viewer.statusCode, viewer.json().error.code]).toEqual([403, 'not_authorized']);
    const invalid = await app.inject({ ...bad, headers: { ...admin, ...json } });
    expect([invalid.statusCode, invalid.json().error.code]).toEqual([400, 'invalid_request']);
  });

  it('names every field at fault and repeats no value', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/things/1',
      headers: admin,
      payload: { name: 'x', apiToken: 'sq-secret-value', inner: { size: 'big', colour: 1 } },
    });
    expect(response.statusCode).toBe(400);
    const { error } = response.json();
    const named = error.details.fields.map(({ path, known }: { path: string; known?: string[] }) => [path, known]);
    expect(named.sort()).toEqual([
      ['', ['name', 'inner']],
      ['inner', ['size']],
      ['inner.size', undefined],
      ['name', undefined],
    ]);
    expect(error).toMatchObject({
      code: 'invalid_request',
      upstream: null,
      requestId: response.headers['x-request-id'],
    });
    expect(response.body).not.toContain('sq-secret-value');
    expect(response.body).not.toContain('apiToken');
  });

  it('gives nothing back of a body that is refused, not its names either', async () => {
    const token = 'squ_0123456789abcdef0123456789abcdef01234567';
    const form = 'application/x-www-form-urlencoded';
    const bodies: [type: string, payload: string][] = [
      ['application/json', `{"name": ${token}}`],
      ['application/json', token],
      ['application/json', `{"name":"ab","inner":{"${token}":1}}`],
      ['application/json', `{"${token}":"ab"}`],
      [`text/${token}`, token],
      [form, token],
      [form, `secrets[${token}]=x&${token}=y`],
      [form, `secrets={"${token}":"${token}"`],
      [form, `things[${token}]=\0`],
    ];
    for (const [type, payload] of bodies)
      for (const url of ['/api/v1/things/1', '/api/v1/nothing', '/api/things.make']) {
        const headers = { ...admin, 'content-type': type };
        const response = await app.inject({ method: 'POST', url, headers, payload });
        expect([url, payload, response.statusCode >= 400 && response.statusCode < 500]).toEqual([url, payload, true]);
        expect(response.body).not.toContain(token);
      }
    const address = await app.inject({ url: `/api/v1/things?${token}=1`, headers: admin });
    expect([address.statusCode, address.body.includes(token)]).toEqual([400, false]);
  });

  it('is refused before it is parsed when it is deep, wide or has an endless number', async () => {
    const json = 'application/json';
    const form = 'application/x-www-form-urlencoded';
    const bodies: [type: string, payload: string, words: string][] = [
      [json, '['.repeat(20_000), 'deeper than 32'],
      [json, `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'deeper than 32'],
      [json, `[${'0,'.repeat(400_000)}0]`, 'more than 50000 values'],
      [json, `{${Array.from({ length: 1_001 }, (_, index) => `"n${index}":0`).join()}}`, 'more than 1000 members'],
      [json, `{"name":${'9'.repeat(900_000)}}`, 'number is too long'],
      [form, 'a=1&'.repeat(50_000), 'more than 100 fields'],
      [form, Array.from({ length: 50_000 }, (_, index) => `secrets[k${index}]=1`).join('&'), 'more than 100 fields'],
      [form, `secrets=${'{"a":'.repeat(20_000)}`, 'deeper than 32'],
    ];
    for (const [type, payload, words] of bodies) {
      const url = type === json ? '/api/v1/things/1' : '/api/things.make';
      const headers = { ...admin, 'content-type': type };
      const response = await app.inject({ method: 'POST', url, headers, payload });
      expect([payload.slice(0, 20), response.statusCode]).toEqual([payload.slice(0, 20), type === json ? 400 : 422]);
      expect(response.body).toContain(words);
    }
  });

  it('without a log-in is not read at all', async () => {
    const payload = '['.repeat(20_000);
    const headers = { host, 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/api/v1/things/1', headers, payload });
    expect([response.statusCode, response.json().error.code]).toEqual([401, 'not_authed']);
  });

  it('may not carry unknown parameters, nor a body nobody asked for', async () => {
    const query = await app.inject({ url: '/api/v1/things?limit=3&page=2', headers: admin });
    expect(query.json().error).toMatchObject({
      code: 'invalid_request',
      details: { fields: [{ in: 'query', path: '', known: ['limit'] }] },
    });
    const body = await app.inject({ method: 'POST', url: '/api/v1/nothing', headers: admin, payload: { a: 1 } });
    expect(body.statusCode).toBe(400);
    const empty = { ...admin, 'content-type': 'application/json' };
    expect((await app.inject({ method: 'POST', url: '/api/v1/nothing', headers: empty })).statusCode).toBe(200);
    expect((await app.inject({ method: 'POST', url: '/api/v1/nothing', headers: admin })).statusCode).toBe(200);
  });

  it('may not carry text that no database takes', async () => {
    for (const text of ['a\0b', '\ud800x']) {
      const payload = JSON.stringify({ name: text });
      const headers = { ...admin, 'content-type': 'application/json' };
      const response = await app.inject({ method: 'POST', url: '/api/v1/things/1', headers, payload });
      expect(response.json().error).toMatchObject({
        code: 'invalid_request',
        details: { fields: [{ in: 'body', path: 'name' }] },
      });
    }
    const query = await app.inject({ url: '/api/v1/things?limit=%00', headers: admin });
    expect(query.json().error.details.fields[0]).toMatchObject({ in: 'query', path: 'limit' });
  });

  it('gets only the fields its answer declares', async () => {
    const response = await app.inject({ url: '/api/v1/things?limit=3', headers: admin });
    expect(response.json()).toEqual({ limit: 3 });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it('gets the code of the failure, and nothing of what nobody expected', async () => {
    const call = (id: string) =>
      app.inject({ method: 'POST', url: `/api/v1/things/${id}`, headers: admin, payload: { name: 'ab' } });
    expect((await call('1')).statusCode).toBe(201);
    expect((await call('404')).json().error).toMatchObject({ code: 'integration_not_found' });
    const crash = await call('500');
    expect([crash.statusCode, crash.json().error.code]).toEqual([500, 'internal_server_error']);
    const busy = await call('503');
    expect([busy.statusCode, busy.json().error.code, busy.headers['retry-after']]).toEqual([503, 'database_busy', '5']);
    expect(busy.body).not.toContain('orders');
    expect(crash.body).not.toContain('hunter2');
  });

  it('is refused when it is too large or not JSON', async () => {
    const large = await app.inject({
      method: 'POST',
      url: '/api/v1/things/1',
      headers: { ...admin, 'content-type': 'application/json' },
      payload: `{"name":"${'x'.repeat(1_100_000)}"}`,
    });
    expect([large.statusCode, large.json().error.code]).toEqual([413, 'request_too_large']);
    const text = await app.inject({
      method: 'POST',
      url: '/api/v1/things/1',
      headers: { ...admin, 'content-type': 'text/plain' },
      payload: '{"name":"ab"}',
    });
    expect([text.statusCode, text.json().error.code]).toEqual([400, 'invalid_request']);
    for (const payload of [
      '{"name":"ab","__proto__":{"admin":true}}',
      '{"name":"ab","\\u005f_proto__":{"admin":true}}',
      '{"name":"ab","list":[{"constructor":{"prototype":0}}]}',
    ]) {
      const headers = { ...admin, 'content-type': 'application/json' };
      const poisoned = await app.inject({ method: 'POST', url: '/api/v1/things/1', headers, payload });
      expect([payload, poisoned.statusCode, poisoned.json().error.message]).toEqual([
        payload,
        400,
        'The body is no JSON.',
      ]);
    }
  });

  it('is limited where a guesser would call', async () => {
    const headers = { host, 'sec-fetch-site': 'same-origin' };
    const call = () => app.inject({ method: 'POST', url: '/api/v1/sign-in', headers });
    for (let i = 0; i < 3; i++) expect((await call()).statusCode).toBe(200);
    const fourth = await call();
    expect([fourth.statusCode, fourth.json().error.code]).toEqual([429, 'too_many_requests']);
    expect(fourth.headers['retry-after']).toBe('60');
  });

  it('may be answered with a file', async () => {
    const response = await app.inject({ url: '/api/v1/file', headers: { host } });
    expect(response.body).toBe('a,b\n1,2\n');
    expect(response.headers['content-disposition']).toBe(
      'attachment; filename="Gr__e_1.csv"; filename*=UTF-8\'\'Gr%C3%B6%C3%9Fe%201.csv',
    );
  });
});

describe('the Host header', () => {
  it.each([
    ['plumb.example', 200],
    ['PLUMB.example:443', 200],
    ['127.0.0.1:8420', 200],
    ['localhost', 200],
    ['[::1]:8420', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['plumb.example.evil.example', 421],
    ['10.1.2.3', 421],
    ['plumb.example@evil.example', 421],
  ])('%s is answered %i', async (name, status) => {
    const response = await app.inject({ url: '/api/v1/things', headers: { ...admin, host: name } });
    expect(response.statusCode).toBe(status);
    if (status === 421) expect(response.json().error.code).toBe('host_not_allowed');
    const page = await app.inject({ url: '/security', headers: { host: name } });
    expect(page.statusCode).toBe(status);
  });
});

describe('behind a proxy', () => {
  const proxied = { ...admin, host: 'plumb.example' };

  it('the Host that came in decides, and what a trusted proxy says it was must be ours too', async () => {
    const ask = async (headers: Record<string, string>) => {
      const url = '/api/v1/things';
      return (await app.inject({ url, headers: { ...admin, ...headers }, remoteAddress: '10.0.0.2' })).statusCode;
    };
    expect(await ask({ host: 'plumb.example', 'x-forwarded-host': 'plumb.example' })).toBe(200);
    expect(await ask({ host: 'evil.example', 'x-forwarded-host': 'plumb.example' })).toBe(421);
    expect(await ask({ host: 'plumb.example', 'x-forwarded-host': 'evil.example' })).toBe(421);
  });

  it('that adds no header at all nobody counts as this machine', async () => {
    let calls = 0;
    const transport = async (headers: Record<string, string>) => {
      const remoteAddress = `127.0.0.${++calls}`;
      const response = await app.inject({ method: 'POST', url: '/api/v1/sign-in', headers, remoteAddress });
      return response.json().transport;
    };
    const page = { 'sec-fetch-site': 'same-origin' };
    expect(await transport({ ...page, host: 'localhost' })).toBe('loopback');
    expect(await transport({ ...page, host: 'plumb.example' })).toBe('http');
    expect(await transport({ ...page, host: 'localhost', origin: 'http://plumb.example' })).toBe('http');
    for (const header of ['via', 'x-forwarded-port', 'x-amzn-trace-id', 'cf-connecting-ip'])
      expect([header, await transport({ ...page, host: 'localhost', [header]: '1' })]).toEqual([header, 'http']);
    expect((await app.inject({ url: '/metrics', headers: { host: 'plumb.example' } })).statusCode).toBe(401);
    expect((await app.inject({ url: '/metrics', headers: { host: 'localhost' } })).statusCode).toBe(200);
    expect((await app.inject({ url: '/api/v1/things', headers: proxied })).statusCode).toBe(200);
  });
});

describe('a request that may change something', () => {
  const call = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/api/v1/nothing', headers });
  const cookie = { cookie: '__Host-plumbline=admin; plumbline=admin' };

  it.each([
    ['a bearer token and no cookie', { host, authorization: 'Bearer admin' }, 200],
    ['a bearer token with a cookie', { host, authorization: 'Bearer admin', cookie: 'a=b' }, 403],
    ['a cookie from our own page', { host, ...cookie, 'sec-fetch-site': 'same-origin' }, 200],
    ['a cookie from our own origin', { host, ...cookie, origin: 'https://plumb.example' }, 200],
    ['a cookie from a sub-domain', { host, ...cookie, 'sec-fetch-site': 'same-site' }, 403],
    [
      'a cookie from elsewhere',
      { host, ...cookie, 'sec-fetch-site': 'cross-site', origin: 'https://plumb.example' },
      403,
    ],
    ['a cookie typed into the address bar', { host, ...cookie, 'sec-fetch-site': 'none' }, 403],
    ['a cookie from another origin', { host, ...cookie, origin: 'https://evil.example' }, 403],
    ['a cookie from an opaque origin', { host, ...cookie, origin: 'null' }, 403],
    ['a cookie and no word where from', { host, ...cookie }, 403],
    ['loopback’s own origin', { host: '127.0.0.1:8420', ...cookie, origin: 'http://127.0.0.1:8420' }, 200],
    ['another port of loopback', { host: '127.0.0.1:8420', ...cookie, origin: 'http://127.0.0.1:3000' }, 403],
  ])('with %s: %s', async (_what, headers: Record<string, string>, status) => {
    expect((await call(headers)).statusCode).toBe(status);
  });

  it('is checked on public routes too: nobody is signed in by another site', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/sign-in',
      headers: { host, origin: 'https://evil.example' },
    });
    expect([response.statusCode, response.json().error.code]).toEqual([403, 'foreign_origin']);
    expect(response.headers['set-cookie']).toBeUndefined();
  });
});

describe('the session cookie', () => {
  const signIn = (headers: Record<string, string>, remoteAddress: string) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/sign-in',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      remoteAddress,
    });

  it('has the __Host- prefix and Secure behind a trusted proxy that speaks HTTPS', async () => {
    const response = await signIn({ host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' }, '10.0.0.2');
    expect(response.json()).toEqual({ transport: 'https', address: '203.0.113.9' });
    expect(response.headers['set-cookie']).toMatch(
      /^__Host-plumbline=abc; Path=\/; Expires=.*; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('does not believe forwarding headers of a stranger', async () => {
    const response = await signIn(
      { host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' },
      '192.0.2.1',
    );
    expect(response.json()).toEqual({ transport: 'http', address: '192.0.2.1' });
  });

  it('has another name and no Secure on loopback', async () => {
    const response = await signIn({ host: 'localhost:8420' }, '127.0.0.1');
    expect(response.json().transport).toBe('loopback');
    expect(response.headers['set-cookie']).toMatch(/^plumbline=abc; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
  });

  it('set over HTTP is not looked at over HTTPS', async () => {
    const response = await app.inject({
      url: '/api/v1/things',
      headers: { host, cookie: 'plumbline=admin', 'x-forwarded-proto': 'https' },
      remoteAddress: '10.0.0.2',
    });
    expect(response.statusCode).toBe(401);
  });

  it('is no loopback request when a proxy sent it on', async () => {
    const response = await signIn({ host: 'localhost:8420', 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1');
    expect(response.json().transport).toBe('http');
    expect(evidence.at(-1)).toMatchObject({ forwarded: true, socketAddress: '127.0.0.1' });
  });
});

describe('pages and files', () => {
  it('answers addresses of the application with its page, never cached, with the prefix and a nonce', async () => {
    for (const url of ['/', '/index.html', '/integrations/7/monitoring', '/base/security']) {
      const page = await app.inject({ url, headers: { host } });
      expect(page.statusCode).toBe(200);
      expect(page.headers['cache-control']).toBe('no-cache');
      expect(page.body).toContain('<base href="/base/">');
      const nonce = /csp-nonce" nonce="([^"]+)"/.exec(page.body)?.[1];
      expect(page.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
      expect(page.headers['content-security-policy']).not.toContain('unsafe');
    }
  });

  it('lets hashed files be kept for ever and others not', async () => {
    const asset = await app.inject({ url: '/assets/app-1a2b.js', headers: { host } });
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await app.inject({ url: '/robots.txt', headers: { host } })).headers['cache-control']).toBe('no-cache');
  });

  it('never answers a program with a page', async () => {
    for (const url of ['/api/v1/nope', '/api/nope', '/assets/gone.js', '/hooks/x', '/satellite/v1/x']) {
      const response = await app.inject({ url, headers: { host } });
      expect([url, response.statusCode, response.json().error.code]).toEqual([url, 404, 'not_found']);
    }
    expect((await app.inject({ method: 'POST', url: '/security', headers: { host } })).statusCode).toBe(404);
  });

  it('serves nothing outside its folder', async () => {
    for (const url of [
      '/../package.json',
      '/assets/..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/%00',
    ]) {
      const response = await app.inject({ url, headers: { host } });
      expect(response.body).not.toMatch(/root:|"dependencies"/);
    }
  });
});

describe('the system’s own routes', () => {
  it('answers probes by any name', async () => {
    const headers = { host: '10.1.2.3:8420' };
    expect((await app.inject({ url: '/livez', headers })).body).toBe('ok\n');
    const ready = await app.inject({ url: '/readyz', headers });
    expect([ready.statusCode, ready.json()]).toEqual([503, { ready: false, checks: { database: 'starting' } }]);
  });

  it('shows metrics to the own machine and to tokens, not to a web site', async () => {
    const call = (headers: Record<string, string>, remoteAddress: string) =>
      app.inject({ url: '/metrics', headers, remoteAddress });
    expect((await call({ host: '127.0.0.1:8420' }, '127.0.0.1')).body).toBe('up 1\n');
    expect((await call({ host: '10.1.2.3' }, '127.0.0.1')).statusCode).toBe(401);
    expect((await call({ host: 'evil.example' }, '127.0.0.1')).statusCode).toBe(421);
    expect((await call({ host: '10.1.2.3' }, '192.0.2.1')).statusCode).toBe(401);
    expect((await call({ host: 'localhost', 'x-forwarded-for': '1.2.3.4' }, '127.0.0.1')).statusCode).toBe(401);
    expect((await call({ host: '10.1.2.3', authorization: 'Bearer viewer' }, '192.0.2.1')).statusCode).toBe(200);
  });

  it('describes every route with its permission and its error codes', async () => {
    const document = (await app.inject({ url: '/api/v1/openapi.json', headers: { host } })).json();
    expect(Object.keys(document.paths)).toEqual([
      '/api/v1/things',
      '/api/v1/things/{id}',
      '/api/v1/nothing',
      '/api/v1/sign-in',
      '/api/v1/file',
      '/api/things.make',
      '/livez',
      '/readyz',
      '/metrics',
      '/api/v1/openapi.json',
      '/hooks/{kind}/{integration}',
      '/hooks/{kind}/{integration}/{first}',
      '/hooks/{kind}/{integration}/{first}/{second}',
    ]);
    expect(Object.keys(document.paths['/api/v1/file'].get.responses['2XX'].content)).toEqual(['text/csv']);
    const post = document.paths['/api/v1/things/{id}'].post;
    expect(post['x-permission']).toBe('integrations:write');
    expect(post['x-error-codes']).toEqual(
      expect.arrayContaining([
        'not_authed',
        'not_authorized',
        'foreign_origin',
        'invalid_request',
        'integration_not_found',
      ]),
    );
    expect(post.responses['404'].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' });
    expect(document.components.schemas.Error.properties.error.required).toContain('remedy');
    expect(post.requestBody.content['application/json'].schema.required).toEqual(['name']);
    expect(document.paths['/api/v1/sign-in'].post.security).toEqual([]);
    expect(document.servers).toEqual([{ url: 'https://plumb.example/base' }]);
  });
});

describe('the OpenAPI document', () => {
  const pages = ['GET /', 'GET /index.html', 'GET /*'];

  it('has every route that is mounted, apart from pages, and no other', async () => {
    const full = await createHttpServer({
      config,
      log: silentLog,
      routes,
      webRoot,
      access: { authenticate: async () => undefined, visibleTo: async () => undefined },
      hooks: { accept: async () => undefined, refuse: () => undefined, maxBodyBytes: 1000 },
      health: { ready: async () => ({ ready: true, checks: {} }) },
      metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
    });
    await full.ready();
    const { paths } = (await full.inject({ url: '/api/v1/openapi.json', headers: { host } })).json();
    const described = Object.entries<object>(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const mounted = full.mounted.filter((one) => !one.startsWith('HEAD ') && !pages.includes(one));
    expect(mounted.length).toBeGreaterThan(routes.length + 6);
    expect(described.toSorted()).toEqual([...new Set(mounted)].toSorted());
    await full.close();
  });

  it.each([
    ['GET', '/livez', {}, 200, 'text/plain'],
    ['GET', '/readyz', {}, 503, 'application/json'],
    ['GET', '/metrics', {}, 421, 'application/json'],
    ['GET', '/metrics', { host: '10.1.2.3' }, 401, 'application/json'],
    ['GET', '/api/v1/openapi.json', { host }, 200, 'application/json'],
    ['GET', '/api/v1/openapi.json', { host: 'evil.example' }, 421, 'application/json'],
  ] as const)('%s %s with %o is answered as it says: %s, %s', async (method, url, headers, status, type) => {
    const response = await app.inject({ method, url, headers: { host: 'evil.example', ...headers } });
    const { paths } = (await app.inject({ url: '/api/v1/openapi.json', headers: { host } })).json();
    const { responses } = paths[url][method.toLowerCase()];
    expect([response.statusCode, String(response.headers['content-type']).split(';')[0]]).toEqual([status, type]);
    expect(Object.keys(responses[status].content)).toContain(type);
  });
});

it('aborts the handler when the client goes away', async () => {
  const seen = Promise.withResolvers<AbortSignal>();
  const server = await createHttpServer({
    config: { ...config, publicUrl: new URL('http://127.0.0.1') },
    log: silentLog,
    routes: [
      route({
        method: 'GET',
        path: '/api/v1/slow',
        permission: 'public',
        scope: 'own',
        summary: 'Waits.',
        tag: 'Things',
        response: z.object({}),
        async handle({ signal }) {
          seen.resolve(signal);
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          return {};
        },
      }),
    ],
    webRoot: undefined,
    access: { authenticate: async () => undefined, visibleTo: async () => undefined },
    health: { ready: async () => ({ ready: true, checks: {} }) },
    metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = new AbortController();
  const call = fetch(`${address}/api/v1/slow`, { signal: client.signal });
  const signal = await seen.promise;
  client.abort();
  await expect(call).rejects.toThrow();
  await expect.poll(() => signal.aborted).toBe(true);
  await server.close();
});

it('mounts no route without a permission', async () => {
  const server = await createHttpServer({
    config,
    log: silentLog,
    routes,
    webRoot,
    access: { authenticate: async () => undefined, visibleTo: async () => undefined },
    health: { ready: async () => ({ ready: true, checks: {} }) },
    metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
  });
  expect(() => server.get('/api/v1/forgotten', async () => 'anybody sees this')).toThrow('has no permission');
  for (const { method, path, permission } of routes) {
    if (permission === 'public') continue;
    const response = await server.inject({ method, url: path.replace(':id', '1'), headers: { host } });
    expect([path, response.statusCode]).toEqual([path, 401]);
  }
  await server.close();
});
