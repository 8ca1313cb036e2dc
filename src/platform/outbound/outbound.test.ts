import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PlumblineError } from '../errors/index.ts';
import { createOutbound, localGate, type OutboundEnvironment, type OutboundOptions } from './index.ts';

const signal = new AbortController().signal;

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

function client(options: Partial<OutboundOptions> = {}, environment: OutboundEnvironment = {}) {
  const outbound = createOutbound(
    { configuredHost: '127.0.0.1', loopbackAllowed: true, ...options },
    { random: () => 0, ...environment },
  );
  onTestFinished(() => outbound.close());
  return outbound;
}

async function failure(promise: Promise<unknown>): Promise<PlumblineError> {
  const error: unknown = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PlumblineError);
  return error as PlumblineError;
}

describe('answers', () => {
  it('hands on status, headers and body of any status', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(418, { 'X-Thing': 'tea', 'set-cookie': ['a=1', 'b=2'] });
      response.end('{"ok":false}');
    });
    const answer = await client().request({ url, signal });
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ 'x-thing': 'tea', 'set-cookie': 'a=1, b=2' });
    expect(await answer.text()).toBe('{"ok":false}');
    await expect(answer.text()).rejects.toThrow(/already read/);
  });

  it('reads no more than the beginning of an error page, however long it is', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      for (let part = 0; part < 100; part++) response.write('<'.repeat(100_000));
      response.end();
    });
    const outbound = client();
    const answer = await outbound.request({ url, signal, maxRetries: 0, maxBytes: 100 * 1024 * 1024 });
    expect(await answer.text()).toBe('<'.repeat(64 * 1024));
    expect(outbound.stats().bytes).toBeLessThan(4 * 1024 * 1024);
    // Its slot is free again.
    const lengths = Array.from({ length: 6 }, async () => {
      const other = await outbound.request({ url, signal, maxRetries: 0 });
      return (await other.bytes()).length;
    });
    expect(await Promise.all(lengths)).toEqual(Array.from({ length: 6 }, () => 64 * 1024));
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('sends a %s with body and headers', async (method) => {
    const url = await serve((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => response.end(`${request.method} ${request.headers.authorization} ${text}`));
    });
    const request = { url, signal, method, headers: { Authorization: 'Bearer t' }, body: 'a=1' };
    expect(await (await client().request(request)).text()).toBe(`${method} Bearer t a=1`);
  });

  it.each([
    ['gzip', gzipSync('Grüße')],
    ['deflate', deflateSync('Grüße')],
    ['br', brotliCompressSync('Grüße')],
    ['gzip, br', brotliCompressSync(gzipSync('Grüße'))],
    ['identity', Buffer.from('Grüße')],
  ])('decompresses %s', async (encoding, body) => {
    const url = await serve((_request, response) => response.setHeader('content-encoding', encoding).end(body));
    expect(await (await client().request({ url, signal })).text()).toBe('Grüße');
  });

  it('streams a large body and counts its bytes', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const url = await serve((_request, response) => {
      for (let i = 0; i < 64; i++) response.write(chunk);
      response.end();
    });
    const outbound = client();
    let total = 0;
    for await (const part of (await outbound.request({ url, signal })).body) total += part.length;
    expect(total).toBe(64 * chunk.length);
    expect(outbound.stats()).toEqual({ requests: 1, retries: 0, bytes: total });
  });

  it('drops a byte order mark', async () => {
    const url = await serve((_request, response) => response.end('\u{feff}{}'));
    expect(JSON.parse(await (await client().request({ url, signal })).text())).toEqual({});
  });
});

describe('declared methods', () => {
  it('are all that is sent, and a HEAD asks what a GET asks', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve(({ method }, response) => {
      seen.push(method);
      response.end();
    });
    const outbound = client({ methods: ['GET', 'PUT'] });
    for (const method of ['GET', 'HEAD', 'PUT'] as const) await outbound.request({ url, signal, method });
    for (const method of ['POST', 'DELETE'] as const)
      await expect(outbound.request({ url, signal, method })).rejects.toThrow(`${method} ${url.host}/ is not sent`);
    expect(seen).toEqual(['GET', 'HEAD', 'PUT']);
  });

  it('are any where nothing was declared', async () => {
    const url = await serve((_request, response) => void response.end());
    expect((await client().request({ url, signal, method: 'DELETE' })).status).toBe(200);
  });
});

describe('limits', () => {
  it('refuses a body larger than the limit', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(2000)));
    const answer = await client().request({ url, signal, maxBytes: 1999 });
    expect((await failure(answer.text())).code).toBe('response_too_large');
  });

  it('refuses a gzip bomb without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const url = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end(bomb));
    const outbound = client();
    const answer = await outbound.request({ url, signal, maxBytes: 1024 * 1024 });
    expect((await failure(answer.bytes())).code).toBe('response_too_large');
    expect(outbound.stats().bytes).toBeLessThan(4 * 1024 * 1024);
  });

  it('ends a call whose headers or body come too slowly', async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_request, response) => response.write('{'));
    const outbound = client();
    const first = await failure(outbound.request({ url: silent, signal, timeoutMs: 60 }));
    expect(first.code).toBe('timeout');
    expect(first.remedy).toContain('curl');
    const answer = await outbound.request({ url: slow, signal, timeoutMs: 60 });
    expect((await failure(answer.text())).code).toBe('timeout');
  });

  it('keeps calls in flight within the gate, and lets go of answers nobody reads', async () => {
    let now = 0;
    let most = 0;
    const url = await serve((_request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.writeHead(404).end('nothing');
      }, 5);
    });
    const outbound = client({ gate: localGate(3) });
    expect(outbound.concurrency()).toBe(3);
    const answers = await Promise.all(Array.from({ length: 20 }, () => outbound.request({ url, signal })));
    expect(answers.every((answer) => answer.status === 404)).toBe(true);
    expect(most).toBe(3);
  });

  it('follows a gate that opens and closes meanwhile', async () => {
    let limit = 1;
    let now = 0;
    const seen: number[] = [];
    const url = await serve((_request, response) => {
      seen.push(++now);
      setTimeout(() => {
        now--;
        limit = 4;
        response.end();
      }, 5);
    });
    const outbound = client({ gate: { ...localGate(1), concurrency: () => limit } });
    await Promise.all(Array.from({ length: 12 }, () => outbound.request({ url, signal })));
    expect(seen[0]).toBe(1);
    expect(Math.max(...seen)).toBe(4);
  });
});

describe('faults', () => {
  it('says that nothing listens, and how to try by hand without the token', async () => {
    const url = await closedPort();
    url.search = '?token=squ_secret';
    const error = await failure(
      client().request({ url, signal, maxRetries: 0, headers: { authorization: 'Bearer squ_secret' } }),
    );
    expect(error).toMatchObject({ code: 'unreachable', data: { host: url.host, reason: 'ECONNREFUSED' } });
    expect(error.message).toContain('nothing listens');
    expect(error.remedy).toContain(`curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' 'http://${url.host}/'`);
    expect(JSON.stringify([error.message, error.remedy, error.data])).not.toContain('secret');
  });

  it('says that DNS does not know the name', async () => {
    const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    const call = client({}, { resolve }).request({ url: new URL('http://nowhere.example/'), signal });
    expect(await failure(call)).toMatchObject({ code: 'unreachable', data: { reason: 'ENOTFOUND' } });
  });

  it('says when the answer is cut off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a":');
      setTimeout(() => response.destroy(), 5);
    });
    const answer = await client().request({ url, signal });
    expect((await failure(answer.text())).code).toBe('malformed_response');
  });

  it('says when a compressed answer is broken or in an unknown encoding', async () => {
    const whole = gzipSync('x'.repeat(1000));
    for (const [encoding, body] of [
      ['gzip', whole.subarray(0, whole.length - 12)],
      ['gzip', Buffer.from('not gzip')],
      ['snappy', Buffer.from('x')],
    ] as const) {
      const url = await serve((_request, response) => response.setHeader('content-encoding', encoding).end(body));
      const answer = await client().request({ url, signal });
      expect((await failure(answer.text())).code).toBe('malformed_response');
    }
  });

  it('says when what answers is not HTTP', async () => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const error = await failure(client().request({ url, signal }));
    expect(error).toMatchObject({ code: 'malformed_response', message: `${url.host} answers, but not in HTTP.` });
  });

  it('refuses a header with a line break without repeating it', async () => {
    const url = await serve((_request, response) => response.end());
    const error = await failure(client().request({ url, signal, headers: { authorization: 'Bearer squ_a\nb: c' } }));
    expect(error.code).toBe('invalid_request');
    expect(JSON.stringify(error)).not.toContain('squ_a');
  });

  it('throws the caller’s own reason when aborted: waiting for a slot, for headers, for the body', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/body') response.write('x');
    });
    const outbound = client({ gate: localGate(1) });
    const stop = new AbortController();
    const body = await outbound.request({ url: new URL('/body', url), signal: stop.signal });
    const waiting = outbound.request({ url, signal: stop.signal });
    const reason = new Error('cancelled by a person');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(body.text()).rejects.toBe(reason);
    await expect(outbound.request({ url, signal: stop.signal })).rejects.toBe(reason);
  });
});

describe('retries', () => {
  const failing = (statuses: number[], headers = {}): [RequestListener, () => number] => {
    let calls = 0;
    const listener = (_request: IncomingMessage, response: ServerResponse): void => {
      const status = statuses[calls++] ?? 200;
      response.writeHead(status, status === 200 ? {} : headers).end(`answer ${calls}`);
    };
    return [listener, () => calls];
  };

  it('tries again after 502, 503 and a closed connection', async () => {
    let calls = 0;
    const url = await serve((request, response) => {
      calls++;
      if (calls === 1) request.socket.destroy();
      else response.writeHead(calls === 2 ? 503 : 200, { 'retry-after': '0' }).end('done');
    });
    const outbound = client();
    expect(await (await outbound.request({ url, signal })).text()).toBe('done');
    expect(outbound.stats()).toMatchObject({ requests: 3, retries: 2 });
  });

  it('counts a call that its caller makes again', async () => {
    const url = await serve((_request, response) => response.end('{}'));
    const outbound = client();
    await (await outbound.request({ url, signal })).text();
    await (await outbound.request({ url, signal, again: true })).text();
    expect(outbound.stats()).toMatchObject({ requests: 2, retries: 1 });
  });

  it('hands on the last error status when attempts are used up', async () => {
    const [listener, calls] = failing([503, 503, 503], { 'retry-after': '0' });
    const answer = await client().request({ url: await serve(listener), signal, maxRetries: 1 });
    expect([answer.status, await answer.text(), calls()]).toEqual([503, 'answer 2', 2]);
  });

  it('waits as long as Retry-After says and pauses the host for everybody', async () => {
    const [listener, calls] = failing([429], { 'retry-after': '1' });
    const url = await serve(listener);
    const gate = localGate(4);
    const outbound = client({ gate });
    const started = Date.now();
    const first = outbound.request({ url, signal });
    await vi.waitFor(() => expect(gate.pausedUntil()).toBeDefined(), { timeout: 30_000 });
    const second = await client({ gate }).request({ url, signal });
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    expect([second.status, (await first).status, calls()]).toEqual([200, 200, 3]);
  });

  it('gives a longer pause back to the caller, with the time', async () => {
    const [listener, calls] = failing([429, 429], { 'retry-after': '3600' });
    const url = await serve(listener);
    const now = new Date('2026-01-01T00:00:00Z');
    const outbound = client({}, { now: () => now });
    for (let i = 0; i < 2; i++) {
      const error = await failure(outbound.request({ url, signal }));
      expect(error).toMatchObject({ code: 'rate_limited', data: { retryAt: '2026-01-01T01:00:00.000Z' } });
    }
    expect(calls()).toBe(1);
  });

  it('does not repeat a POST, nor anything after the caller gave up', async () => {
    const [listener, calls] = failing([503, 503]);
    const url = await serve(listener);
    expect((await client().request({ url, signal, method: 'POST', body: '' })).status).toBe(503);
    expect(calls()).toBe(1);
    const stop = new AbortController();
    const [slow] = failing([503], { 'retry-after': '30' });
    const outbound = client();
    const call = outbound.request({ url: await serve(slow), signal: stop.signal });
    await vi.waitFor(() => expect(outbound.stats().requests).toBe(1), { timeout: 30_000 });
    stop.abort(new Error('stopped'));
    await expect(call).rejects.toThrow(/stopped|aborted/);
  });
});

describe('redirects', () => {
  it('are followed to the same origin with credentials, to another without', async () => {
    const echo: RequestListener = (request, response) => response.end(JSON.stringify(request.headers));
    const other = await serve(echo);
    const url = await serve((request, response) => {
      if (request.url === '/same') response.writeHead(302, { location: '/end' }).end();
      else if (request.url === '/other') response.writeHead(302, { location: other.href }).end();
      else echo(request, response);
    });
    const headers = { authorization: 'Bearer t', cookie: 'c', 'x-api-key': 'k', accept: 'application/json' };
    const get = async (path: string): Promise<unknown> =>
      JSON.parse(await (await client().request({ url: new URL(path, url), signal, headers })).text());
    expect(await get('/same')).toMatchObject(headers);
    const received = await get('/other');
    expect(received).toMatchObject({ accept: 'application/json' });
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(received).not.toHaveProperty(name);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'address_not_allowed'],
    ['http://[::ffff:169.254.169.254]/', 'address_not_allowed'],
    ['http://localhost:1/', 'address_not_allowed'],
    ['http://10.0.0.1/', 'address_not_allowed'],
    ['file:///etc/passwd', 'address_not_allowed'],
  ])('to %s are refused', async (location, code) => {
    const url = await serve((_request, response) => response.writeHead(302, { location }).end());
    expect((await failure(client().request({ url, signal }))).code).toBe(code);
  });

  it('end after three', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls++;
      response.writeHead(302, { location: '/' }).end();
    });
    expect((await failure(client().request({ url, signal, maxRetries: 0 }))).code).toBe('upstream_error');
    expect(calls).toBe(4);
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('of a %s are the answer', async (method) => {
    const url = await serve((_request, response) => response.writeHead(307, { location: '/x' }).end());
    expect((await client().request({ url, signal, method })).status).toBe(307);
  });
});

describe('names are judged when connecting', () => {
  const answers = (...addresses: string[]) => {
    let call = 0;
    return async () => [{ address: addresses[Math.min(call++, addresses.length - 1)] as string, family: 4 }];
  };

  it('a name that turns to an internal address on the second look-up is refused', async () => {
    const url = await serve((_request, response) => response.setHeader('connection', 'close').end('ok'));
    const named = new URL(`http://sonar.example:${url.port}/`);
    const resolve = answers('127.0.0.1', '169.254.169.254');
    const outbound = client({ configuredHost: 'sonar.example' }, { resolve });
    expect(await (await outbound.request({ url: named, signal })).text()).toBe('ok');
    const error = await failure(outbound.request({ url: named, signal }));
    expect(error.code).toBe('address_not_allowed');
    expect(error.message).toContain('sonar.example resolves to 169.254.169.254, which is a link-local address');
  });

  it('only allowed ones of several answers are connected to', async () => {
    const url = await serve((_request, response) => response.end('ok'));
    const resolve = async () => [
      { address: '169.254.169.254', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const outbound = client({ configuredHost: 'sonar.example' }, { resolve });
    expect(await (await outbound.request({ url: new URL(`http://sonar.example:${url.port}/`), signal })).text()).toBe(
      'ok',
    );
  });

  it('never reaches the hub’s own port', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls++;
      response.end();
    });
    const ownPorts = [Number(url.port)];
    for (const host of ['127.0.0.1', 'localhost']) {
      const outbound = client({ configuredHost: host, ownPorts });
      const call = outbound.request({ url: new URL(`http://${host}:${url.port}/`), signal });
      expect((await failure(call)).code).toBe('address_not_allowed');
    }
    expect(calls).toBe(0);
  });
});

it('tells an observer of every answer and fault', async () => {
  const url = await serve((_request, response) => response.end());
  const seen: string[] = [];
  const outbound = client({}, { observe: ({ host, status }) => seen.push(`${host} ${status}`) });
  await outbound.request({ url, signal });
  const closed = await closedPort();
  await failure(outbound.request({ url: closed, signal, maxRetries: 0 }));
  expect(seen).toEqual([`${url.host} 200`, `${closed.host} unreachable`]);
});

async function closedPort(): Promise<URL> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return new URL(`http://127.0.0.1:${port}/`);
}
