import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeCertificate, type TestCertificate } from '../../lab/simulators/certificate.ts';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import { connectEmbedded } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import { behind, buildNetworks, hubAddress, near, tearDownNetworks, toolAddress } from './network.ts';
import { type OwnProcess, startProcess } from './process.ts';

export const toolPort = 9000;

/** A hub as people run it, a tool in a network that the hub does not reach, and satellites in one that reaches both. */
export interface Behind {
  product: Product;
  port: number;
  /** Secret of the tool. */
  token(): string;
  /** The API over HTTPS, from the hub's own machine. */
  api<T>(path: string, body?: object): Promise<T>;
  /** An integration for satellites to read, never checked. */
  integration(name: string): Promise<number>;
  /** A file with a key of its own. */
  file(ids: readonly number[]): Promise<string>;
  /** Where satellites of the test keep their state. */
  state(name: string): Promise<string>;
  /** The same on a disk that has room for a few kilobytes. */
  tinyState(name: string): Promise<string>;
  /** A program of the product in the network of the satellite. */
  start(command: 'run' | 'check', wish: { yaml: string; state: string; clockAhead?: boolean }): Promise<OwnProcess>;
  /** What the hub shows from its next start on. */
  certificate(which: 'good' | 'expired'): Promise<void>;
  /** Whether the tool keeps its second pages of issues back. */
  hold(on: boolean): Promise<void>;
  /** Second pages that were asked for while they were kept back. */
  held(): number;
  /** A run that ended, or `running`. */
  ended(id: number): Promise<string>;
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What every satellite said so far. */
  said(): string;
  close(): Promise<void>;
}

export async function startBehind(): Promise<Behind> {
  buildNetworks();
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-network-'));
  const authority = await makeCertificate({ authority: true, name: 'Authority of a test' });
  await writeFile(join(directory, 'ca.pem'), authority.cert);
  const certificate = await certificatesOf(directory, authority);
  await certificate('good');
  const tool = startProcess(['test/satellite/tool.ts', toolAddress, String(toolPort), join(directory, 'hold')], {
    namespace: behind,
  });
  const port = await freePort();
  const product = await startProduct({
    env: {
      PLUMBLINE_HOST: '0.0.0.0',
      PLUMBLINE_PORT: String(port),
      PLUMBLINE_PUBLIC_URL: `https://${hubAddress}:${port}/`,
      PLUMBLINE_TLS_CERT: join(directory, 'hub.crt'),
      PLUMBLINE_TLS_KEY: join(directory, 'hub.key'),
    },
  });
  while (!tool.said().includes('token ')) await delay(100);
  const token = (): string => /token (\S+)/.exec(tool.said())?.[1] ?? '';
  const api = apiOf(product, port, authority.cert);
  const satellites: OwnProcess[] = [];
  const disks: string[] = [];
  const state = async (name: string): Promise<string> => {
    await mkdir(join(directory, name), { recursive: true });
    return join(directory, name);
  };
  return {
    product,
    port,
    token,
    api,
    certificate,
    state,
    async integration(name) {
      const made = await api<{ integration: { id: number } }>('api/v1/integrations', {
        name,
        kind: 'sonarqube',
        place: 'satellite',
        settings: { url: `http://${toolAddress}:${toolPort}` },
        secrets: {},
        syncIntervalSeconds: 86_400,
      });
      return made.integration.id;
    },
    async file(integrationIds) {
      const { yaml } = await api<{ yaml: string }>('api/v1/satellites/files', { integrationIds });
      const ca = `$1  ca_file: "${join(directory, 'ca.pem')}"\n`;
      return withSecrets(yaml, 'sonarqube', { apiToken: token() }).replace(/( {2}url: "https:[^\n]*\n)/, ca);
    },
    hold: (on) => (on ? writeFile(join(directory, 'hold'), '') : rm(join(directory, 'hold'))),
    held: () => tool.said().split('held\n').length - 1,
    async tinyState(name) {
      const path = await state(name);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', path]);
      disks.push(path);
      return path;
    },
    async start(command, { yaml, state: home, clockAhead = false }) {
      const config = join(directory, `${satellites.length}.yml`);
      await writeFile(config, yaml, { mode: 0o600 });
      const args = [
        ...(clockAhead ? ['--import', './test/satellite/clock-ahead.ts'] : []),
        'src/main.ts',
        'satellite',
        command,
        '--config',
        config,
        ...(command === 'run' ? ['--state', home] : []),
      ];
      const satellite = startProcess(args, { namespace: near });
      satellites.push(satellite);
      return satellite;
    },
    async ended(id) {
      const { runs } = await api<{ runs: { id: number | null; status: string; finishedAt: string | null }[] }>(
        `api/v1/runs?integration=${id}`,
      );
      const [run] = runs.filter((one) => one.id !== null);
      return run?.finishedAt == null ? 'running' : run.status;
    },
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const db = await connectEmbedded(product);
      try {
        return await db.query<Row>(sql, [...values]);
      } finally {
        await db.close();
      }
    },
    said: () => satellites.map((one) => one.said()).join(''),
    async close() {
      for (const satellite of satellites) await satellite.end('SIGKILL');
      for (const disk of disks) execFileSync('umount', [disk]);
      await tool.end('SIGKILL');
      await product.close();
      tearDownNetworks();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function certificatesOf(directory: string, issuer: TestCertificate): Promise<Behind['certificate']> {
  const hosts = [hubAddress, '127.0.0.1'];
  const made = {
    good: await makeCertificate({ issuer, hosts }),
    expired: await makeCertificate({
      issuer,
      hosts,
      notBefore: new Date('2025-01-01T00:00:00Z'),
      notAfter: new Date('2025-06-01T00:00:00Z'),
    }),
  };
  return async (which) => {
    await writeFile(join(directory, 'hub.crt'), made[which].cert);
    await writeFile(join(directory, 'hub.key'), made[which].key);
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port: found } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return found;
}

function apiOf(product: Product, port: number, ca: string): Behind['api'] {
  return async <T>(path: string, body?: object): Promise<T> => {
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
  };
}
