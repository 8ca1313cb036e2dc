import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate, type TestCertificate } from '../../../lab/simulators/certificate.ts';
import { PlumblineError } from '../errors/index.ts';
import { createOutbound, createTrust, type OutboundOptions } from './index.ts';

const signal = new AbortController().signal;
const authority = await makeCertificate({ name: 'Test authority', authority: true });
const day = 86_400_000;
const trust = createTrust();

async function serveTls({ cert, key }: TestCertificate): Promise<URL> {
  const server = createTlsServer({ cert, key }, (request, response) => response.end(`secure ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
}

function get(url: URL, options: Partial<OutboundOptions> = {}) {
  const outbound = createOutbound({ configuredHost: url.hostname, loopbackAllowed: true, ...options }, { trust });
  onTestFinished(() => outbound.close());
  return outbound.request({ url, signal, maxRetries: 0, headers: { authorization: 'Bearer squ_secret' } });
}

async function failure(promise: Promise<unknown>): Promise<PlumblineError> {
  const error: unknown = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PlumblineError);
  return error as PlumblineError;
}

describe('TLS', () => {
  it('trusts a private authority only when it was added', async () => {
    const url = await serveTls(await makeCertificate({ name: 'leaf', hosts: ['localhost'], issuer: authority }));
    const error = await failure(get(url));
    expect(error.code).toBe('tls_error');
    expect(error.message).toMatch(/authority/);
    const other = await makeCertificate({ name: 'Another authority', authority: true });
    const ca = `a note\n${other.cert}\n${authority.cert}`;
    expect(await (await get(url, { ca })).text()).toBe('secure /');
  });

  it.each([
    ['self-signed', { hosts: ['localhost'] }, 'is self-signed'],
    ['expired', { hosts: ['localhost'], notAfter: new Date(Date.now() - day), issuer: authority }, 'has expired'],
    ['early', { hosts: ['localhost'], notBefore: new Date(Date.now() + day), issuer: authority }, 'is not valid yet'],
    ['misnamed', { hosts: ['sonar.example'], issuer: authority }, 'is for another host name'],
  ])('says what is wrong with a certificate: %s', async (name, wish, words) => {
    const url = await serveTls(await makeCertificate({ name, ...wish }));
    const error = await failure(get(url, { ca: authority.cert }));
    expect(error.code).toBe('tls_error');
    expect(error.message).toContain(words);
    expect(JSON.stringify([error.message, error.remedy, error.data])).not.toContain('secret');
  });

  it('says when the port speaks no TLS', async () => {
    const plain = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void plain.close());
    const error = await failure(get(new URL(`https://localhost:${(plain.address() as AddressInfo).port}/`)));
    expect(error.code).toBe('tls_error');
    expect(error.message).toContain('does not speak TLS');
  });
});

interface Proxy {
  url: string;
  seen: string[];
}

async function serveProxy(credentials?: string): Promise<Proxy> {
  const seen: string[] = [];
  const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const forward: RequestListener = (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.headers['proxy-authorization'] !== wanted) response.writeHead(407).end();
    else response.end(`by proxy, ${request.headers.authorization}`);
  };
  const server = createServer(forward).on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const port = Number(request.url?.split(':')[1]);
    const target = connectTcp(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
    socket.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const login = credentials === undefined ? '' : `${credentials}@`;
  return { url: `http://${login}127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe('proxy', () => {
  it('carries plain calls, with a name only it can resolve', async () => {
    const proxy = await serveProxy('user:pass');
    const answer = await get(new URL('http://sonar.internal/api'), { proxy: proxy.url });
    expect(await answer.text()).toBe('by proxy, Bearer squ_secret');
    expect(proxy.seen).toEqual(['GET http://sonar.internal/api']);
  });

  it('carries TLS end to end', async () => {
    const proxy = await serveProxy('user:pass');
    const url = await serveTls(await makeCertificate({ name: 'leaf', hosts: ['localhost'], issuer: authority }));
    expect(await (await get(url, { proxy: proxy.url, ca: authority.cert })).text()).toBe('secure /');
    expect(proxy.seen).toEqual([`CONNECT ${url.host}`]);
    const error = await failure(get(url, { proxy: proxy.url }));
    expect(error.code).toBe('tls_error');
  });

  it('that wants a log-in is named, without showing ours', async () => {
    const proxy = await serveProxy('user:pass');
    const wrong = proxy.url.replace('user:pass', 'user:wrong');
    for (const url of [new URL('https://localhost:1/'), new URL('http://sonar.internal/')]) {
      const error = await failure(get(url, { proxy: wrong }));
      expect(error).toMatchObject({ code: 'unreachable', data: { reason: 'PROXY_407' } });
      expect(error.remedy).toContain(`-x 'http://127.0.0.1:${new URL(proxy.url).port}'`);
      expect(JSON.stringify([error.message, error.remedy, error.data])).not.toMatch(/wrong|secret/);
    }
  });

  it('that is down is the reason', async () => {
    const error = await failure(get(new URL('http://sonar.internal/'), { proxy: 'http://127.0.0.1:1' }));
    expect(error).toMatchObject({ code: 'unreachable', data: { reason: 'ECONNREFUSED' } });
    expect(error.message).toBe('The proxy 127.0.0.1:1 refuses the connection: nothing listens there.');
  });

  it('is not asked for addresses that are never called', async () => {
    const proxy = await serveProxy();
    const error = await failure(get(new URL('http://169.254.169.254/latest'), { proxy: proxy.url }));
    expect(error.code).toBe('address_not_allowed');
    expect(proxy.seen).toEqual([]);
  });
});
