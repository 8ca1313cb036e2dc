import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistrySimulator, startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { failedGate } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { EvaluateAnswer, VerdictAnswer } from '../../src/features/policy/contract.ts';
import { pushImage } from '../../lab/registry/pushed-image.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/product.ts';

const repository = 'team/app';
const old = 'a'.repeat(40);
const young = 'b'.repeat(40);
const gate = { status: 'OK' as const, conditions: [] };

/** A key is a name; the commits behind it are those of the project that had it when they were analysed. */
describe('a new project that takes an old one’s key', () => {
  let sonarqube: Awaited<ReturnType<typeof startSimulator>>;
  let registry: RegistrySimulator;
  let database: TestDatabase;
  let product: Product;
  beforeAll(async () => {
    sonarqube = await startSimulator({
      profile: '26.9',
      scenario: (state) => void state.addProject({ key: 'app', analyses: [{ revision: old, gate }] }),
    });
    registry = await startRegistrySimulator();
    database = await cloneDatabase();
    product = await startProduct({ databaseUrl: database.connectionString });
    for (const [tag, commit] of [
      ['old', old],
      ['young', young],
    ] as const)
      await pushImage(
        registry.url,
        { repository, tag },
        { commit, source: 'https://git.example.com/team/app.git', ref: 'refs/heads/main' },
      );
    for (const integration of [
      {
        name: 'sonarqube',
        kind: 'sonarqube',
        settings: { url: sonarqube.url },
        secrets: { apiToken: sonarqube.tokens.admin },
      },
      {
        name: 'registry',
        kind: 'oci-registry',
        settings: { url: registry.url, repositories: [repository] },
        secrets: {},
      },
    ]) {
      const body = { syncIntervalSeconds: 86_400, ...integration };
      const created = await product.api('api/v1/integrations', { method: 'POST', body });
      expect({ status: created.status, text: created.status === 201 ? '' : created.text }).toEqual({
        status: 201,
        text: '',
      });
    }
    await sync('sonarqube');
    await sync('registry');
  });
  afterAll(async () => {
    await product.close();
    await registry.close();
    await sonarqube.close();
    await database.drop();
  });

  async function sync(name: string): Promise<void> {
    expect(await product.plumbline(['sync', name, '--wait'])).toMatchObject({ status: 0 });
  }
  async function ask(tag: string, stored: boolean): Promise<VerdictAnswer> {
    const images = [`${new URL(registry.url).host}/${repository}:${tag}`];
    const { text } = await product.api('api/v1/policy/evaluate', { method: 'POST', body: { images, stored } });
    return (JSON.parse(text) as EvaluateAnswer).verdicts[0] as VerdictAnswer;
  }
  const judgedBy = (verdict: VerdictAnswer): string[] =>
    verdict.platforms.flatMap(({ projects }) => projects.map(({ projectKey }) => projectKey)).toSorted();
  /** The stored verdict follows within seconds; the one on demand says the same. */
  async function expectVerdict(tag: string, reason: string, projects: readonly string[]): Promise<void> {
    const wanted = JSON.stringify([reason, projects]);
    const seen = (verdict: VerdictAnswer): string => JSON.stringify([verdict.reason, judgedBy(verdict)]);
    for (let tries = 0; tries < 100 && seen(await ask(tag, true)) !== wanted; tries++) await delay(200);
    expect(seen(await ask(tag, true))).toBe(wanted);
    expect(seen(await ask(tag, false))).toBe(wanted);
  }

  it('does not pass an image at a commit that only the old one analysed', async () => {
    await expectVerdict('old', 'GATES_PASSED', ['app']);
    await expectVerdict('young', 'NO_ANALYSIS', []);
    sonarqube.state.renameKey('app', 'app-old');
    sonarqube.state.addProject({ key: 'app', analyses: [{ revision: young, gate }] });
    await sync('sonarqube');
    await expectVerdict('old', 'GATES_PASSED', ['app-old']);
    await expectVerdict('young', 'GATES_PASSED', ['app']);
  });

  it('nor where it was made after the old one was deleted: what was analysed is told of the one that did', async () => {
    const another = 'c'.repeat(40);
    sonarqube.state.deleteProject('app');
    sonarqube.state.addProject({ key: 'app', analyses: [{ revision: another, gate: failedGate(3) }] });
    await sync('sonarqube');
    // A gate that passed in a project that is gone proves nothing; the stored verdict follows the deletion by itself.
    for (let tries = 0; tries < 100 && (await ask('young', true)).reason !== 'PROJECT_DELETED'; tries++)
      await delay(200);
    for (const stored of [true, false]) {
      const verdict = await ask('young', stored);
      expect(verdict).toMatchObject({ status: 'no_data', reason: 'PROJECT_DELETED' });
      expect(judgedBy(verdict)).toEqual([expect.stringMatching(/^app#/)]);
      expect(verdict.platforms.flatMap(({ projects }) => projects.map((one) => one.analysis?.revision))).toEqual([
        young,
      ]);
    }
    await expectVerdict('old', 'GATES_PASSED', ['app-old']);
  });
});
