import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startHarnessSimulator } from '../../lab/simulators/harness/index.ts';
import { startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import { cloneDatabase } from '../support/database.ts';
import { startProduct } from '../support/product.ts';
import { type Canary, createCanaries, search, type Sighting } from '../security/canaries/canaries.ts';
import { searchAnswers, searchBackup, searchDatabase, searchLog, searchMetrics } from '../security/canaries/places.ts';
import { pushImages } from './images.ts';
import { textsInMemory, whyNoMemory } from './memory-of.ts';
import { startProcess } from './process.ts';

/** One file for a SonarQube, a registry and a Harness, whose secrets nobody but the satellite and these servers know. */
async function systems() {
  const sonarqube = await startSimulator({ profile: '26.9', scenario: big({ projects: 1, issuesPerProject: 1_500 }) });
  const credential = { username: 'robot', password: `canary-${randomBytes(18).toString('hex')}` };
  const registry = await startRegistrySimulator({ authentication: { kind: 'token', ...credential } });
  pushImages(registry, 5);
  const harness = await startHarnessSimulator();
  harness.state.fill({ projects: 1, executions: 20 });
  onTestFinished(async () => {
    await sonarqube.close();
    await registry.close();
    await harness.close();
  });
  return [
    {
      name: 'sonar-of-a-satellite',
      kind: 'sonarqube',
      url: sonarqube.url,
      secrets: { apiToken: sonarqube.tokens.admin },
    },
    { name: 'registry', kind: 'oci-registry', url: registry.url, secrets: credential },
    {
      name: 'harness',
      kind: 'harness',
      url: harness.url,
      settings: { accountType: 'on_prem', accountId: 'acc' },
      secrets: { apiKey: harness.state.addToken() },
    },
  ];
}

it('the hub’s process never holds a secret of a tool that a satellite reads, nor does its database or a log', async ({
  skip,
}) => {
  const clone = await cloneDatabase();
  const product = await startProduct({ databaseUrl: clone.connectionString });
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-canary-'));
  onTestFinished(async () => {
    await product.close();
    await clone.drop();
    await rm(directory, { recursive: true, force: true });
  });
  const reason = await whyNoMemory(product.pid());
  if (reason !== undefined) skip(reason);
  const api = async <T>(path: string, body: object): Promise<T> => {
    const { status, text } = await product.api(path, { method: 'POST', body });
    if (status >= 300) throw new Error(text);
    return JSON.parse(text) as T;
  };

  const tools = await systems();
  const ids: number[] = [];
  for (const { name, kind, url, settings } of tools) {
    const body = {
      name,
      kind,
      settings: { url, ...settings },
      secrets: {},
      place: 'satellite',
      syncIntervalSeconds: 86_400,
    };
    ids.push((await api<{ integration: { id: number } }>('api/v1/integrations', body)).integration.id);
  }
  const { yaml } = await api<{ yaml: string }>('api/v1/satellites/files', { integrationIds: ids });
  const filled = tools.reduce((text, { kind, secrets }) => withSecrets(text, kind, secrets), yaml);
  const file = join(directory, 'satellite.yml');
  await writeFile(file, filled.replaceAll(/^.*"<[A-Z_]+>"\n/gm, ''), { mode: 0o600 });
  const satellite = startProcess(['src/main.ts', 'satellite', 'run', '--config', file, '--state', directory]);
  onTestFinished(() => satellite.end('SIGKILL'));
  while (!satellite.said().includes('registered') && satellite.running()) await delay(50);
  for (const [at, { name }] of tools.entries()) {
    await api(`api/v1/integrations/${ids[at]}/check`, {});
    const { status, out, err } = await product.plumbline(['sync', name, '--wait']);
    expect({ status, said: status === 0 ? '' : out + err }).toEqual({ status: 0, said: '' });
  }

  const secrets = ['password', 'apiToken', 'apiKey'].flatMap((name) =>
    tools.flatMap((tool) => (name in tool.secrets ? [(tool.secrets as Record<string, string>)[name] ?? ''] : [])),
  );
  expect(secrets).toHaveLength(3);
  // What the search finds where it is: both in the satellite, and in the hub what it was told.
  const { host } = new URL(tools[0]?.url ?? '');
  expect(await textsInMemory(satellite.pid(), secrets)).toEqual(secrets);
  expect(await textsInMemory(product.pid(), [...secrets, host])).toEqual([host]);

  const canaries = createCanaries();
  for (const secret of secrets)
    canaries.add(`secret ${secret.slice(0, 4)}`, secret, Math.max(secret.indexOf('-'), secret.lastIndexOf('.')) + 1);
  const told = createCanaries();
  told.add('name', tools[0]?.name ?? '');
  const backup = join(product.home, 'all.backup');
  expect((await product.plumbline(['backup', backup])).status).toBe(0);
  const everywhere = async (all: readonly Canary[]): Promise<Sighting[]> => [
    ...(await searchDatabase(clone.db, all)),
    ...(await searchBackup(backup, all)),
    ...(await searchAnswers(product, all)),
    ...(await searchMetrics(product, all)),
  ];
  expect(await everywhere(canaries.all)).toEqual([]);
  const places = new Set((await everywhere(told.all)).map(({ place }) => place.split(/[ ,]/)[0]));
  expect(places).toEqual(new Set(['table', 'backup', 'answer', 'metrics']));
  // Of the key with which it calls the hub as well.
  canaries.add('key of the satellite', /plbsat_[^"]+/.exec(yaml)?.[0] ?? '', 'plbsat_'.length);
  expect(searchLog(product, canaries.all)).toEqual([]);
  expect(search('log of the satellite', satellite.said(), canaries.all)).toEqual([]);
});
