import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, fetch, ProxyAgent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Proxy, startProxy } from './proxy.ts';

let origin: Server;
let target: string;
let open: Proxy[] = [];

async function proxy(options: Parameters<typeof startProxy>[0]): Promise<Proxy> {
  const started = await startProxy(options);
  open.push(started);
  return started;
}

beforeAll(async () => {
  origin = createServer((request, response) => response.end(JSON.stringify({ url: request.url })));
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', () => resolve()));
  target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
afterAll(() => origin.close());

describe('proxy', () => {
  it('passes requests on and counts them', async () => {
    const { url, count, entries } = await proxy({ target });
    const answer = await fetch(`${url}/api/issues/search?p=2`);
    expect(await answer.json()).toEqual({ url: '/api/issues/search?p=2' });
    expect(count('api/issues/search')).toBe(1);
    expect(entries[0]).toMatchObject({ method: 'GET', path: 'api/issues/search', query: '?p=2', status: 200 });
  });

  it('answers paths that are not allowed with 403 and HTML', async () => {
    const { url } = await proxy({ target, allow: ['api/issues/*'] });
    expect((await fetch(`${url}/api/issues/search`)).status).toBe(200);
    const blocked = await fetch(`${url}/api/projects/search`);
    expect(blocked.status).toBe(403);
    expect(blocked.headers.get('content-type')).toContain('text/html');
  });

  it('speaks TLS with a certificate that only those who know it trust', async () => {
    const { url, ca } = await proxy({ target, tls: true });
    await expect(fetch(`${url}/a`)).rejects.toThrow();
    const trusting = new Agent({ connect: { ca: ca ?? '' } });
    expect((await fetch(`${url}/a`, { dispatcher: trusting })).status).toBe(200);
    await trusting.close();
  });

  it('shows its sign-in page, and injects faults', async () => {
    const { url, setHtml, addFault } = await proxy({ target });
    setHtml(true);
    expect(await (await fetch(`${url}/a`)).text()).toContain('Please sign in');
    setHtml(false);
    addFault({ kind: 'drop' });
    await expect(fetch(`${url}/a`)).rejects.toThrow();
    addFault({ kind: 'cut' });
    await expect(fetch(`${url}/a`).then((answer) => answer.text())).rejects.toThrow();
    addFault({ kind: { status: 503 } });
    expect((await fetch(`${url}/a`)).status).toBe(503);
    expect((await fetch(`${url}/a`)).status).toBe(200);
  });

  it('stands in for a host of the outside world as a forward proxy', async () => {
    const { url, ca, entries } = await proxy({ hosts: { 'sonarcloud.io': target } });
    const agent = new ProxyAgent({ uri: url, requestTls: { ca: ca ?? '' } });
    const answer = await fetch('https://sonarcloud.io/api/system/status', { dispatcher: agent });
    expect(await answer.json()).toEqual({ url: '/api/system/status' });
    expect(entries[0]).toMatchObject({ path: 'api/system/status', host: 'sonarcloud.io' });
    await agent.close();
  });
});
