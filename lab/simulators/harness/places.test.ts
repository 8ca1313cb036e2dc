import { afterEach, describe, expect, it } from 'vitest';
import type { HarnessSimulator } from './index.ts';
import { ask, startSample } from './testing.ts';

let harness: HarnessSimulator;
afterEach(() => harness.close());
const place = 'orgIdentifier=pay&projectIdentifier=ledger';

describe('organizations and projects', () => {
  it('come in pages of 50, at most 100, and a larger one is refused with its field', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    for (let n = 0; n < 58; n += 1) harness.state.addOrganization({ identifier: `o${n}` });
    const page = async (query: string) => (await ask(harness, `ng/api/organizations?${query}`, { token })).body;
    expect((await page('')).data).toMatchObject({
      totalPages: 2,
      totalItems: 60,
      pageItemCount: 50,
      pageSize: 50,
      pageIndex: 0,
      empty: false,
    });
    expect((await page('pageIndex=1')).data.content).toHaveLength(10);
    expect((await page('pageIndex=2')).data).toMatchObject({ content: [], empty: true, totalItems: 60 });
    expect((await page('pageSize=100')).data.content[0]).toMatchObject({
      organization: { identifier: 'default' },
      harnessManaged: true,
    });
    expect(await page('pageSize=101')).toMatchObject({ status: 'FAILURE', errors: [{ fieldId: 'pageSize' }] });
    expect(await page('pageSize=x')).toMatchObject({ status: 'FAILURE', errors: [{ fieldId: 'pageSize' }] });
    // What it does not know it ignores: another list's names of the same parameters too.
    expect((await page('page=1&size=3&frob=1')).data.content).toHaveLength(50);
    expect((await page('identifiers=o1&identifiers=o2')).data.totalItems).toBe(2);
  });

  it('projects are listed over all organizations or some', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    state.addOrganization({ identifier: 'shop' });
    state.addProject({ organization: 'shop', identifier: 'ledger', name: 'Books' });
    const names = async (path: string): Promise<string[]> =>
      (await ask(harness, path, { token })).body.data.content.map(
        ({ project }: { project: Record<string, string> }) =>
          `${project['orgIdentifier']}/${project['identifier']} ${project['name']}`,
      );
    expect(await names('ng/api/projects/list')).toEqual(['pay/ledger The ledger', 'shop/ledger Books']);
    expect(await names('ng/api/projects/list?orgIdentifiers=shop&orgIdentifiers=default')).toEqual([
      'shop/ledger Books',
    ]);
    expect(await names('ng/api/projects?orgIdentifier=pay')).toEqual(['pay/ledger The ledger']);
    expect((await ask(harness, 'ng/api/projects/ledger?orgIdentifier=shop', { token })).body.data.project.name).toBe(
      'Books',
    );
  });
});

describe('pipelines, services and environments', () => {
  it('pipelines come in Spring’s page of 25, with their last run', async () => {
    const { token, project, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline);
    for (let n = 0; n < 29; n += 1) harness.state.addPipeline(project, { identifier: `p${n}` });
    const gone = harness.state.addPipeline(project, { identifier: 'gone' });
    harness.state.deletePipeline(gone);
    const list = async (query = '', body: object = { filterType: 'PipelineSetup' }) =>
      (await ask(harness, `pipeline/api/pipelines/list?${place}&${query}`, { token, body })).body;
    const { data } = await list();
    expect(data).toMatchObject({
      totalElements: 30,
      totalPages: 2,
      size: 25,
      number: 0,
      first: true,
      last: false,
      numberOfElements: 25,
    });
    expect(data.content[0]).toMatchObject({
      identifier: 'deploy',
      executionSummaryInfo: { lastExecutionId: run.id, lastExecutionStatus: 'Running' },
    });
    expect((await list('size=5000', {})).data.content).toHaveLength(30);
    expect(await list('', { filterType: 'PipelineExecution' })).toMatchObject({
      status: 'ERROR',
      code: 'INVALID_REQUEST',
    });
    expect((await ask(harness, 'pipeline/api/pipelines/list', { token, body: {} })).body).toMatchObject({
      status: 'FAILURE',
      errors: [{ fieldId: 'orgIdentifier' }, { fieldId: 'projectIdentifier' }],
    });
    expect((await ask(harness, `pipeline/api/pipelines/gone?${place}`, { token })).status).toBe(404);
  });

  it.each([
    ['cloud', 'totalItems'],
    ['self-managed', 'totalElements'],
  ] as const)(
    'services of a %s come in the page that counts %s, of a project, an organization, the account',
    async (profile, total) => {
      const { token, project, ...sample } = await startSample({ profile });
      harness = sample.harness;
      const { state } = harness;
      state.addService(state.organization('pay'), { identifier: 'shared', type: 'ECS' });
      state.addEnvironment(state.account, { identifier: 'live' });
      for (let n = 0; n < 120; n += 1) state.addService(project, { identifier: `s${n}` });
      const read = async (path: string) => (await ask(harness, `ng/api/${path}`, { token })).body.data;
      const services = await read(`servicesV2?${place}&size=500`);
      expect([services[total], services.content.length]).toEqual([121, 100]);
      expect(services.content[0].service).toMatchObject({
        identifier: 'web',
        orgIdentifier: 'pay',
        projectIdentifier: 'ledger',
        type: 'Kubernetes',
      });
      expect((await read('servicesV2?orgIdentifier=pay')).content).toMatchObject([
        { service: { identifier: 'shared' } },
      ]);
      expect((await read('environmentsV2')).content).toMatchObject([
        { environment: { identifier: 'live', type: 'Production' } },
      ]);
      expect(
        (await read(`environmentsV2?${place}`)).content.map(
          (row: { environment: { type: string } }) => row.environment.type,
        ),
      ).toEqual(['Production', 'PreProduction']);
    },
  );

  it('leaves out what is not known, or says null', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    const first = async (): Promise<object> =>
      (await ask(harness, `pipeline/api/pipelines/list?${place}`, { token, body: {} })).body.data.content[0];
    expect(await first()).not.toHaveProperty('gitDetails');
    harness.world.nulls = 'explicit';
    expect(await first()).toMatchObject({ gitDetails: null, executionSummaryInfo: { lastExecutionId: null } });
  });
});
