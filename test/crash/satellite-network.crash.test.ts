import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '../../lab/simulators/certificate.ts';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import { node, type OwnProcess, startProcess } from '../satellite/process.ts';
import { connectEmbedded } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';

/** Network of the satellite, and of the tool behind it: no way leads from one end to the other. */
const [near, behind] = ['plumbsat', 'plumbtool'];
const hubAddress = '10.213.77.1';
const toolAddress = '10.213.78.2';
const toolNetwork = '10.213.78.0/30';

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

/** Why this machine has no networks of its own to give; undefined where it has. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root to make a network namespace';
  try {
    ip('netns', 'add', 'plumbprobe');
    ip('netns', 'del', 'plumbprobe');
    return undefined;
  } catch (error) {
    return `this machine makes no network namespace: ${(error as Error).message.split('\n')[0]}`;
  }
}

const reason = whyNot();
if (reason !== undefined) console.log(`skipped: ${reason}`);

function tearDown(): void {
  const undone = [
    ['netns', 'del', near],
    ['netns', 'del', behind],
    ['route', 'del', 'prohibit', toolNetwork],
  ];
  for (const args of undone)
    try {
      ip(...args);
    } catch {
      // It was not there.
    }
}

function buildNetworks(): void {
  tearDown();
  for (const name of [near, behind]) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', 'plumbhub0', 'type', 'veth', 'peer', 'name', 'plumbhub1', 'netns', near);
  ip('addr', 'add', `${hubAddress}/30`, 'dev', 'plumbhub0');
  ip('link', 'set', 'plumbhub0', 'up');
  // A machine whose way out answers for every address would seem to reach it.
  ip('route', 'add', 'prohibit', toolNetwork);
  ip('-n', near, 'addr', 'add', '10.213.77.2/30', 'dev', 'plumbhub1');
  ip('-n', near, 'link', 'set', 'plumbhub1', 'up');
  ip('-n', near, 'link', 'add', 'plumbtool0', 'type', 'veth', 'peer', 'name', 'plumbtool1', 'netns', behind);
  ip('-n', near, 'addr', 'add', '10.213.78.1/30', 'dev', 'plumbtool0');
  ip('-n', near, 'link', 'set', 'plumbtool0', 'up');
  ip('-n', behind, 'addr', 'add', `${toolAddress}/30`, 'dev', 'plumbtool1');
  ip('-n', behind, 'link', 'set', 'plumbtool1', 'up');
}

/** `open`, or why there is no connection, as seen from a network. */
async function reach(host: string, port: number, namespace?: string): Promise<string> {
  const script = `const s=require('net').connect({host:'${host}',port:${port},timeout:2000});
    s.on('connect',()=>{console.log('open');s.destroy()});s.on('timeout',()=>{console.log('no answer');s.destroy()});
    s.on('error',(e)=>console.log(e.code));`;
  const probe = startProcess(['-e', script], namespace === undefined ? {} : { namespace });
  while (probe.running()) await delay(50);
  await delay(50);
  return probe.said().trim();
}

let directory: string;
let product: Product;
let tool: OwnProcess;
let satellite: OwnProcess | undefined;
let port: number;
let ca: string;

beforeAll(async () => {
  if (reason !== undefined) return;
  buildNetworks();
  directory = await mkdtemp(join(tmpdir(), 'plumbline-network-'));
  const authority = await makeCertificate({ authority: true, name: 'Authority of a test' });
  const own = await makeCertificate({ issuer: authority, hosts: [hubAddress, '127.0.0.1'] });
  ca = authority.cert;
  const files = { 'hub.crt': own.cert, 'hub.key': own.key, 'ca.pem': ca };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  tool = startProcess(['test/satellite/tool.ts', toolAddress, '9000'], { namespace: behind });
  port = await freePort();
  product = await startProduct({
    env: {
      PLUMBLINE_HOST: '0.0.0.0',
      PLUMBLINE_PORT: String(port),
      PLUMBLINE_PUBLIC_URL: `https://${hubAddress}:${port}/`,
      PLUMBLINE_TLS_CERT: join(directory, 'hub.crt'),
      PLUMBLINE_TLS_KEY: join(directory, 'hub.key'),
    },
  });
  while (!tool.said().includes('token ')) await delay(100);
});

afterAll(async () => {
  if (reason !== undefined) return;
  await satellite?.end('SIGKILL');
  await tool?.end('SIGKILL');
  await product?.close();
  tearDown();
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port: found } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return found;
}

/** The API over HTTPS, from the hub's own machine. */
async function api<T>(path: string, body?: object): Promise<T> {
  const token = (await readFile(join(product.home, 'local.token'), 'utf8')).trim();
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path: `/${path}`,
        method: payload === undefined ? 'GET' : 'POST',
        ca,
        headers: {
          authorization: `Bearer ${token}`,
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        },
      },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () =>
          (answer.statusCode ?? 500) < 300 ? resolve(JSON.parse(text) as T) : reject(new Error(text)),
        );
      },
    );
    call.on('error', reject);
    call.end(payload);
  });
}

it.skipIf(reason !== undefined)(
  'a tool that the hub cannot reach is read by a satellite that reaches nothing but both',
  async () => {
    // The forbidden ways fail, and the same question finds the ways that there are.
    expect(await reach(toolAddress, 9000)).not.toBe('open');
    expect(await reach(hubAddress, port, behind)).not.toBe('open');
    expect(await reach('192.0.2.1', 443, near)).not.toBe('open');
    expect(await reach(toolAddress, 9000, near)).toBe('open');
    expect(await reach(hubAddress, port, near)).toBe('open');

    const token = /token (\S+)/.exec(tool.said())?.[1] ?? '';
    const made = await api<{ integration: { id: number } }>('api/v1/integrations', {
      name: 'behind',
      kind: 'sonarqube',
      place: 'satellite',
      settings: { url: `http://${toolAddress}:9000` },
      secrets: {},
      syncIntervalSeconds: 86_400,
    });
    const id = made.integration.id;
    const { yaml } = await api<{ yaml: string }>('api/v1/satellites/files', { integrationIds: [id] });
    const file = withSecrets(yaml, 'sonarqube', { apiToken: token }).replace(
      /( {2}url: "https:[^\n]*\n)/,
      `$1  ca_file: "${join(directory, 'ca.pem')}"\n`,
    );
    await writeFile(join(directory, 'satellite.yml'), file, { mode: 0o600 });
    const config = ['--config', join(directory, 'satellite.yml')];
    const checked = startProcess(['src/main.ts', 'satellite', 'check', ...config], { namespace: near });
    while (checked.running()) await delay(100);
    expect(checked.said()).toMatch(/ok {7}The hub takes the key/);
    expect(checked.said()).not.toMatch(/failed/);
    expect(checked.said()).not.toContain(token);

    satellite = startProcess(['src/main.ts', 'satellite', 'run', ...config, '--state', join(directory, 'state')], {
      namespace: near,
    });
    while (!satellite.said().includes('registered')) await delay(100);
    const { report } = await api<{ report: { saveAllowed: boolean } }>(`api/v1/integrations/${id}/check`, {});
    expect(report.saveAllowed).toBe(true);
    await api(`api/v1/integrations/${id}/sync`, {});
    let status = 'running';
    for (let waited = 0; status === 'running' && waited < 300; waited += 1) {
      await delay(500);
      const { runs } = await api<{ runs: { id: number | null; status: string; finishedAt: string | null }[] }>(
        `api/v1/runs?integration=${id}`,
      );
      const [run] = runs.filter((one) => one.id !== null);
      status = run?.finishedAt == null ? 'running' : run.status;
    }
    expect(status).toBe('success');
    const db = await connectEmbedded(product);
    try {
      const { n } = await db.one<{ n: number }>(
        'select count(*)::int as n from data.sonarqube_issues where integration_id = $1',
        [id],
      );
      expect(n).toBe(3_600);
    } finally {
      await db.close();
    }
    const rss = Number(
      /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${await nodeOf(satellite.pid())}/status`, 'utf8'))?.[1],
    );
    console.log(`memory of the satellite at most ${Math.round(rss / 1_000)} MB`);
    expect(rss).toBeLessThan(200_000);
    expect(satellite.said()).not.toContain(token);
    expect(product.log()).not.toContain(token);
  },
);

/** `ip netns exec` becomes the program it starts. */
const nodeOf = async (pid: number): Promise<number> => {
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain(node.split('/').at(-1) ?? 'node');
  return pid;
};
