import { createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import { type OwnProcess, startProcess } from '../satellite/process.ts';
import { connectEmbedded } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import { randomOf } from '../support/random.ts';
import { type DataContents, dataContents } from './data-contents.ts';

let source: Simulator;
let product: Product;
let directory: string;
const satellites: OwnProcess[] = [];

beforeAll(async () => {
  source = await startSimulator({
    profile: '26.9',
    scenario: big({ projects: 6, issuesPerProject: 1_500, madeAt: new Date('2026-11-01T00:00:00Z') }),
  });
  // The satellite's file names the hub by its port, which must outlive the hub.
  product = await startProduct({ env: { PLUMBLINE_PORT: String(await freePort()) } });
  directory = await mkdtemp(join(tmpdir(), 'plumbline-satellites-'));
});

afterAll(async () => {
  for (const satellite of satellites) await satellite.end('SIGKILL');
  await product?.close();
  await source?.close();
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function api<T>(path: string, body?: object): Promise<T> {
  for (;;) {
    const { status, text } = await product
      .api(path, body === undefined ? {} : { method: 'POST', body })
      .catch(() => ({ status: 503, text: '' }));
    if (status < 300) return JSON.parse(text) as T;
    if (status < 500) throw new Error(text);
    await delay(300);
  }
}

interface Made {
  integration: { id: number; checkedAt: string | null };
}

async function contents(id: number): Promise<DataContents> {
  const db = await connectEmbedded(product);
  try {
    return await dataContents(db, { integrationId: id, besideAnother: true });
  } finally {
    await db.close();
  }
}

function begin(): OwnProcess {
  const args = ['src/main.ts', 'satellite', 'run', '--config', join(directory, 'satellite.yml'), '--state', directory];
  const satellite = startProcess(args);
  satellites.push(satellite);
  return satellite;
}

async function ended(id: number): Promise<string> {
  const { runs } = await api<{ runs: { id: number | null; status: string; finishedAt: string | null }[] }>(
    `api/v1/runs?integration=${id}`,
  );
  const [run] = runs.filter((one) => one.id !== null);
  return run?.finishedAt == null ? 'running' : run.status;
}

it('satellites and the hub are killed again and again while they read: nothing is lost and nothing is doubled', async () => {
  const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Date.now() % 1_000_000_000);
  console.log(`seed ${seed} (PLUMBLINE_TEST_SEED)`);
  const random = randomOf(seed);
  const settings = { url: source.url };
  const common = { kind: 'sonarqube', settings, syncIntervalSeconds: 86_400 };
  const direct = await api<Made>('api/v1/integrations', {
    ...common,
    name: 'direct',
    secrets: { apiToken: source.tokens.admin },
  });
  const far = await api<Made>('api/v1/integrations', { ...common, name: 'far', secrets: {}, place: 'satellite' });
  const id = far.integration.id;
  const { yaml } = await api<{ yaml: string }>('api/v1/satellites/files', { integrationIds: [id] });
  await writeFile(join(directory, 'satellite.yml'), withSecrets(yaml, 'sonarqube', { apiToken: source.tokens.admin }), {
    mode: 0o600,
  });
  while ((await ended(direct.integration.id)) === 'running') await delay(300);

  let two = [begin(), begin()];
  for (;;) {
    const { integration } = await api<Made>(`api/v1/integrations/${id}/check`, {});
    if (integration.checkedAt !== null) break;
    await delay(500);
  }
  await api(`api/v1/integrations/${id}/sync`, {});
  for (let kill = 0; kill < 5 && (await ended(id)) === 'running'; kill += 1) {
    await delay(300 + random() * 2_500);
    if (kill % 2 === 1) {
      await product.kill();
      await delay(random() * 2_000);
      await product.start();
      continue;
    }
    await Promise.all(two.map((satellite) => satellite.end('SIGKILL')));
    two = [begin(), begin()];
  }
  const deadline = Date.now() + 600_000;
  let state = await ended(id);
  while (state === 'running' && Date.now() < deadline) {
    await delay(500);
    state = await ended(id);
  }
  expect(state).toBe('success');
  expect(await contents(id)).toEqual(await contents(direct.integration.id));
  for (const satellite of two) {
    expect(satellite.running()).toBe(true);
    await satellite.end();
  }
  const said = satellites.map((one) => one.said()).join('');
  expect(said).not.toContain(source.tokens.admin);
  expect(product.log()).not.toContain('plbsat_');
});
