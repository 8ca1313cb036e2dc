import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistrySimulator, startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { EvaluateAnswer, VerdictAnswer } from '../../src/features/policy/contract.ts';
import { pushImage } from '../../lab/registry/pushed-image.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/product.ts';

const project = 'acme_api';
const repository = 'acme/api';
const failing = '1'.repeat(40);
const fixed = '2'.repeat(40);

/** SonarQube Cloud as its documentation describes it, in the order in which a person meets it. */
describe('the policy with SonarQube Cloud', () => {
  let cloud: Awaited<ReturnType<typeof startSimulator>>;
  let registry: RegistrySimulator;
  let database: TestDatabase;
  let product: Product;
  beforeAll(async () => {
    cloud = await startSimulator({ profile: 'cloud', scenario: twoOrganizations });
    // Cloud itself reaches public addresses only; here the hub is on loopback.
    cloud.state.world.validateWebhooks = false;
    registry = await startRegistrySimulator();
    database = await cloneDatabase();
    product = await startProduct({ databaseUrl: database.connectionString });
  });
  afterAll(async () => {
    await product.close();
    await registry.close();
    await cloud.close();
    await database.drop();
  });

  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> => {
    const { status, text } = await product.api(path, { method, ...(body === undefined ? {} : { body }) });
    return { status, body: JSON.parse(text) as never };
  };
  const connection = (organization: string, apiToken: string) => ({
    name: 'cloud',
    kind: 'sonarqube',
    syncIntervalSeconds: 86400,
    settings: {
      url: cloud.url,
      organization,
      projectKeys: [project],
    },
    secrets: { apiToken },
  });
  const webhook = { scope: 'organization', organization: 'acme' };
  const ask = async (tag: string): Promise<VerdictAnswer> => {
    const images = [`${new URL(registry.url).host}/${repository}:${tag}`];
    const { body } = await call('POST', 'api/v1/policy/evaluate', { images, stored: true });
    return (body as EvaluateAnswer).verdicts[0] as VerdictAnswer;
  };
  const until = async (tag: string, reason: string): Promise<VerdictAnswer> => {
    for (let tries = 0; tries < 300; tries++) {
      const verdict = await ask(tag);
      if (verdict.reason === reason) return verdict;
      await delay(200);
    }
    throw new Error(`${tag}: ${JSON.stringify(await ask(tag))}\n${product.log().slice(-3000)}`);
  };
  const push = (tag: string, commit: string): Promise<string> =>
    pushImage(
      registry.url,
      { repository, tag },
      { commit, source: 'https://git.example.com/acme/api.git', ref: 'refs/heads/main' },
    );
  const sync = async (name: string): Promise<void> => {
    expect(await product.plumbline(['sync', name, '--wait'])).toMatchObject({ status: 0 });
  };

  it('refuses an organization that does not exist, and says which', async () => {
    const { status, body } = await call('POST', 'api/v1/integrations', connection('nobody', cloud.tokens.admin));
    expect({ status, error: (body as { error: object }).error }).toMatchObject({
      status: 422,
      error: { code: 'organization_not_found' },
    });
    expect(JSON.stringify(body)).toContain('nobody');
  });

  it('takes a token without Administer for reading, and says that it may not set up the webhook', async () => {
    const created = await call('POST', 'api/v1/integrations', connection('acme', cloud.tokens.browse));
    expect(created.status).toBe(201);
    const { body } = await call('PUT', 'api/v1/integrations/cloud/webhook', webhook);
    expect((body as { webhooks: object[] }).webhooks).toMatchObject([
      { scope: 'organization', target: 'acme', state: 'failed', error: { code: 'invalid_permissions' } },
    ]);
    expect(JSON.stringify(body)).toContain('The token may not call api/webhooks');
    expect(JSON.stringify(body)).toContain('Administer on the project');
  });

  it('sets up the organization’s webhook with a token that may', async () => {
    const replaced = await product.plumbline(['integration', 'remove', 'cloud', '--yes']);
    expect(replaced.status).toBe(0);
    for (let tries = 0; tries < 200; tries++) {
      const { status } = await call('POST', 'api/v1/integrations', connection('acme', cloud.tokens.admin));
      if (status === 201) break;
      await delay(100);
    }
    const { body } = await call('PUT', 'api/v1/integrations/cloud/webhook', webhook);
    expect((body as { webhooks: object[] }).webhooks).toMatchObject([
      { scope: 'organization', target: 'acme', state: 'active' },
    ]);
    const registryCreated = await (async () => {
      await push('first', '0'.repeat(40));
      return call('POST', 'api/v1/integrations', {
        name: 'registry',
        kind: 'oci-registry',
        syncIntervalSeconds: 30,
        secrets: {},
        settings: {
          url: registry.url,
          repositories: [repository],
        },
      });
    })();
    expect(registryCreated.status).toBe(201);
    await sync('cloud');
    await sync('registry');
    expect(await until('first', 'NO_ANALYSIS')).toMatchObject({ status: 'no_data' });
  });

  it('an analysis that the webhook tells of fails the image of its commit', async () => {
    await push('failing', failing);
    await sync('registry');
    await until('failing', 'NO_ANALYSIS');
    const conditions = [
      { metric: 'new_violations', comparator: 'GT' as const, threshold: '0', actual: '4', status: 'ERROR' as const },
    ];
    cloud.state.addAnalysis(project, { version: '2', revision: failing, gate: { status: 'ERROR', conditions } });
    await cloud.state.deliver(project);
    const verdict = await until('failing', 'GATE_FAILED');
    const [judged] = verdict.platforms[0]?.projects ?? [];
    expect(judged).toMatchObject({ projectKey: project, analysis: { revision: failing, scope: 'branch' } });
    const failed = judged?.analysis?.conditions.filter(({ status }) => status === 'ERROR');
    expect(failed).toMatchObject([{ metric: 'new_violations', threshold: '0', actualValue: '4' }]);
  });

  it('and the image of the fixed commit passes, in whichever order they come', async () => {
    cloud.state.addAnalysis(project, { version: '3', revision: fixed, gate: { status: 'OK', conditions: [] } });
    await cloud.state.deliver(project);
    await push('fixed', fixed);
    await sync('registry');
    await until('fixed', 'GATES_PASSED');
    expect((await ask('failing')).reason).toBe('GATE_FAILED');
  });
});
