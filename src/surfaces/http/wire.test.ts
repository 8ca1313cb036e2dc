import { connect as connectTcp } from 'node:net';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { onTestFinished, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeCertificate } from '../../../lab/simulators/certificate.ts';
import { Answer, type Route, route, StreamedAnswer } from '../../features/access/index.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import { createHttpServer, createProbeServer, type HttpConfig } from './index.ts';

async function listening(
  routes: Route[],
  config: Partial<HttpConfig> = {},
): Promise<{ app: FastifyInstance; address: string }> {
  const app = await createHttpServer({
    config: { publicUrl: new URL('http://127.0.0.1/'), tls: undefined, trustedProxies: [], version: '1', ...config },
    log: silentLog,
    routes,
    webRoot: undefined,
    access: { authenticate: async () => undefined, visibleTo: async () => undefined },
    health: { ready: async () => ({ ready: true, checks: {} }) },
    metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
  });
  onTestFinished(() => app.close());
  return { app, address: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

const shared = { permission: 'public' as const, scope: 'own' as const, summary: 'For a test.', tag: 'Test' };

function liveRoute(): { route: Route; stream: Readable } {
  const stream = new Readable({ read() {} });
  const answer = async () => new StreamedAnswer('application/x-ndjson', stream);
  return { stream, route: route({ ...shared, method: 'GET', path: '/api/v1/live', handle: answer }) };
}

describe('a live stream', () => {
  it('arrives line by line, also for clients that ask for compression', async () => {
    const live = liveRoute();
    const { address } = await listening([live.route]);
    live.stream.push('{"line":1}\n');
    const response = await fetch(`${address}/api/v1/live`, { headers: { 'accept-encoding': 'gzip, br' } });
    const reader = response.body?.getReader();
    const read = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await read()).toBe('{"line":1}\n');
    live.stream.push('{"line":2}\n');
    expect(await read()).toBe('{"line":2}\n');
    live.stream.push(null);
    expect((await reader?.read())?.done).toBe(true);
  });

  it('does not hold up a shutdown', async () => {
    const live = liveRoute();
    const { app, address } = await listening([live.route]);
    live.stream.push('{"line":1}\n');
    const response = await fetch(`${address}/api/v1/live`);
    await app.close();
    await expect(response.text()).rejects.toThrow();
  });

  it('is ended when the client goes away', async () => {
    const live = liveRoute();
    const { address } = await listening([live.route]);
    live.stream.push('{"line":1}\n');
    const client = new AbortController();
    await fetch(`${address}/api/v1/live`, { signal: client.signal });
    client.abort();
    await expect.poll(() => live.stream.destroyed).toBe(true);
  });
});

it('compresses long answers', async () => {
  const { address } = await listening([
    route({
      ...shared,
      method: 'GET',
      path: '/api/v1/long',
      response: z.object({ text: z.string() }),
      handle: async () => ({ text: 'x'.repeat(5_000) }),
    }),
  ]);
  const response = await fetch(`${address}/api/v1/long`);
  expect(response.headers.get('content-encoding')).toMatch(/br|gzip|zstd/);
  expect(await response.json()).toEqual({ text: 'x'.repeat(5_000) });
});

it('speaks HTTPS itself, with the cookie that only HTTPS may set', async () => {
  const { cert, key } = await makeCertificate({ name: 'hub', hosts: ['127.0.0.1'], authority: true });
  const expiresAt = new Date(Date.now() + 60_000);
  const { address } = await listening(
    [
      route({
        ...shared,
        method: 'POST',
        path: '/api/v1/sign-in',
        response: z.object({ transport: z.string() }),
        handle: async ({ transport }) => new Answer({ transport }, { session: { token: 't', expiresAt } }),
      }),
    ],
    { tls: { cert, key }, publicUrl: new URL('https://127.0.0.1/') },
  );
  const response = await new Promise<{ headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const headers = { 'sec-fetch-site': 'same-origin' };
    const request = httpsRequest(`${address}/api/v1/sign-in`, { method: 'POST', ca: cert, headers }, (message) => {
      let text = '';
      message.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ headers: message.headers, text }));
    });
    request.on('error', reject).end();
  });
  expect(JSON.parse(response.text)).toEqual({ transport: 'https' });
  expect(response.headers['set-cookie']?.[0]).toMatch(/^__Host-plumbline=t; .*Secure/);
  expect(response.headers['strict-transport-security']).toContain('max-age=31536000');
});

const host = 'Host: 127.0.0.1\r\n';
const malformed = [
  `GET /%ff%zz HTTP/1.1\r\n${host}\r\n`,
  'nonsense\r\n\r\n',
  `FROB /livez HTTP/1.1\r\n${host}\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `GET /api/v1/x HTTP/1.1\r\n${host}x: ${'y'.repeat(20_000)}\r\n\r\n`,
  `GET /api/v1/x HTTP/1.1\r\n${host}x y: z\r\n\r\n`,
  `GET /api/v1/x HTTP/1.1\r\n${host}Expect: nonsense\r\n\r\n`,
  `POST /api/v1/x HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
  `POST /api/v1/x HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`,
];
const strangeHosts = ['GET / HTTP/1.1\r\n\r\n', `GET /api/v1/x HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`];

async function firstAnswer(address: string, text: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const socket = connectTcp(Number(new URL(address).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => {
      answer += String(data);
      if (!answer.endsWith('}')) return;
      resolve(answer);
      socket.destroy();
    });
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
  });
}

describe.each(['the hub', 'a process with probes alone'])('%s', (which) => {
  it.each([...malformed, ...strangeHosts])('answers %j in the shape of every other failure', async (text) => {
    const { address } = which === 'the hub' ? await listening([]) : await probing();
    const answer = await firstAnswer(address, text);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { error: { code: string } };
    expect(Object.keys(error)).toEqual(['code', 'message', 'remedy', 'upstream', 'requestId']);
    expect((await fetch(`${address}/livez`)).status).toBe(200);
  });
});

async function probing(): Promise<{ address: string }> {
  const app = await createProbeServer({
    config: { publicUrl: new URL('http://127.0.0.1/'), tls: undefined, trustedProxies: [], version: '1' },
    log: silentLog,
    access: { authenticate: async () => undefined, visibleTo: async () => undefined },
    health: { ready: async () => ({ ready: true, checks: {} }) },
    metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
  });
  onTestFinished(() => app.close());
  return { address: await app.listen({ host: '127.0.0.1', port: 0 }) };
}
