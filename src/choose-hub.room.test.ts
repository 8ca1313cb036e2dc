import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '../lab/simulators/certificate.ts';
import { cloneDatabase, type TestDatabase } from '../test/support/database.ts';
import { chooseHub } from './choose-hub.ts';
import { type Hub, startHub } from './hub.ts';
import { loadConfig, writeHubAddress } from './platform/config/index.ts';
import { silentLog } from './platform/telemetry/index.ts';
import { runCli } from './surfaces/cli/index.ts';

// A reverse proxy on this machine, a public URL with a prefix, and a certificate that knows only the public name.

let database: TestDatabase;
let home: string;
let hub: Hub;
let proxyUrl: string;
let passed = 0;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-local-'));
  const { cert, key } = await makeCertificate({ hosts: ['plumbline.example.com'] });
  await writeFile(join(home, 'cert'), cert);
  await writeFile(join(home, 'key'), key);
  const proxy = createServer((incoming, outgoing) => {
    passed++;
    const { port } = new URL(hub.localUrl);
    const headers = { ...incoming.headers, 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' };
    const onward = request({ port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/plumbline`;
  closing.push(() => new Promise((resolve) => proxy.close(() => resolve())));
});

afterAll(async () => {
  for (const close of closing) await close();
  await rm(home, { recursive: true, force: true });
  await database.drop();
});

async function start(env: Record<string, string>): Promise<void> {
  const config = loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0', ...env }, uid: 1000 });
  hub = await startHub({
    config,
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  await writeHubAddress(home, {
    local: hub.localUrl.href,
    public: hub.url.href,
    certificate: config.tls?.cert ?? null,
  });
}

async function runs(env: Record<string, string>): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(['runs', '--json'], {
    hub: await chooseHub(home, env),
    terminal: { out: (text) => (out += text), err: (text) => (err += text), interactive: false },
    version: '0.0.0-test',
    secretSources: { environment: env, stateDirectory: home },
    examineThisMachine: async () => [],
  });
  return { code, out, err };
}

it('commands on the hub’s machine pass no proxy, whichever of its addresses is named', async () => {
  await start({ PLUMBLINE_PUBLIC_URL: proxyUrl });
  for (const env of [{}, { PLUMBLINE_URL: proxyUrl }, { PLUMBLINE_URL: hub.localUrl.href }, { PLUMBLINE_URL: '' }]) {
    const { code, out, err } = await runs(env as Record<string, string>);
    expect([code, err, out]).toEqual([0, '', expect.stringContaining('"runs"')]);
  }
  expect(passed).toBe(0);
  // The proxy itself lends the local token to nobody, and another address never gets it.
  const { token } = await chooseHub(home, {});
  const through = await fetch(`${proxyUrl}/api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });
  expect([through.status, passed]).toEqual([401, 1]);
  expect(await chooseHub(home, { PLUMBLINE_URL: 'https://other.example.com' })).toEqual({
    url: 'https://other.example.com/',
    token: undefined,
  });
  expect((await chooseHub(home, { PLUMBLINE_URL: proxyUrl, PLUMBLINE_TOKEN: 'plb_x' })).url).toBe(proxyUrl);
  await expect(chooseHub(home, { PLUMBLINE_URL: 'plumbline.example.com' })).rejects.toMatchObject({
    code: 'config_invalid',
  });
  await hub.stop();
});

it('and trust the certificate of their own hub and no other', async () => {
  const tls = { PLUMBLINE_TLS_CERT: join(home, 'cert'), PLUMBLINE_TLS_KEY: join(home, 'key') };
  await start({ PLUMBLINE_PUBLIC_URL: 'https://plumbline.example.com', ...tls });
  closing.unshift(() => hub.stop());
  const { code, err } = await runs({ PLUMBLINE_URL: 'https://plumbline.example.com/' });
  expect([code, err]).toEqual([0, '']);
  const other = await makeCertificate({ hosts: ['plumbline.example.com'] });
  await writeHubAddress(home, { local: hub.localUrl.href, public: hub.url.href, certificate: other.cert });
  expect((await runs({})).err).toContain('hub_unreachable');
});
