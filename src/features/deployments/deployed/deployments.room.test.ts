import { describe, expect, it } from 'vitest';
import { testHub, type TestHub } from '../../../../test/support/hub.ts';
import type { Deployment, DeploymentDetail, Matrix, Place, ReportRequest } from '../contract.ts';
import { deploymentRoutes } from '../index.ts';

const noon = new Date('2026-11-30T12:00:00Z');
const at = (minute: number): string => new Date(noon.getTime() + (minute - 600) * 60_000).toISOString();
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const image = (tag: string, letter: string): string => `registry.example.com/team/shop:${tag}@${digest(letter)}`;

const startHub = (): Promise<TestHub> => testHub({ routes: (db) => deploymentRoutes({ db, now: () => noon }) });

/** Says it as a pipeline does; what is left out is of one service in production. */
function reporter(hub: TestHub) {
  return (wanted: Partial<ReportRequest> & Pick<ReportRequest, 'key' | 'status'>) =>
    hub.call('POST', '/api/v1/deployments', {
      as: 'team_manager',
      body: { service: 'shop', environment: 'prod', environmentType: 'production', ...wanted },
    });
}

async function place(hub: TestHub, search = 'shop'): Promise<Place> {
  const { body } = await hub.call('GET', `/api/v1/deployments/running?search=${search}`, { as: 'viewer' });
  return (body as Matrix).services[0]?.cells[0]?.[0] as Place;
}

const brief = ({ running, newest, doubt }: Place) => [running?.key ?? null, newest?.key ?? null, doubt];

describe('a deployment that a pipeline reports', () => {
  it('is one row from its start to its end, whoever sends what twice', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    const started = await report({ key: '7', status: 'started', image: image('1.0', 'a'), at: at(0) });
    expect([started.status, started.body.outcome]).toEqual([201, 'created']);
    expect(await place(hub)).toMatchObject({ running: null, doubt: 'in_progress' });
    const link = 'https://ci.example.com/7';
    const commit = 'C'.repeat(40).toLowerCase();
    const ended = await report({ key: '7', status: 'succeeded', commit, link, at: at(5) });
    expect([ended.status, ended.body.outcome]).toEqual([200, 'moved_on']);
    for (const again of [
      { status: 'started', at: at(0) },
      { status: 'succeeded', at: at(6) },
    ] as const)
      expect((await report({ key: '7', ...again })).body.outcome).toBe('unchanged');
    const { body } = await hub.call('GET', '/api/v1/deployments', { as: 'viewer' });
    expect(body).toMatchObject({ total: 1 });
    expect(body.deployments[0]).toMatchObject({
      source: 'pushed',
      integration: null,
      key: '7',
      state: 'succeeded',
      runsNow: true,
      image: { reference: 'registry.example.com/team/shop:1.0', digest: digest('a'), ids: [] },
      commit,
      link,
      startedAt: at(0),
      endedAt: at(5),
      environment: { name: 'prod', type: 'production' },
    });
  });

  it('is in the audit trail with each thing that changed', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    for (const status of ['started', 'started', 'succeeded', 'succeeded'] as const)
      await report({ key: '1', status, at: at(1) });
    const { body } = await hub.call('GET', '/api/v1/audit?action=deployment.');
    expect(body.events.map(({ action, details }: { action: string; details: object }) => [action, details])).toEqual([
      ['deployment.report', { key: '1', environment: 'prod', status: 'succeeded' }],
      ['deployment.report', { key: '1', environment: 'prod', status: 'started' }],
    ]);
  });

  it('is another one in another environment, infrastructure or service, by the same key', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    for (const other of [{}, { environment: 'staging' }, { infrastructure: 'eu' }, { service: 'cart' }])
      expect((await report({ key: '1', status: 'succeeded', ...other })).body.outcome).toBe('created');
  });

  it('is one row also when all that is said of it comes at once', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    const states = ['started', 'succeeded', 'started', 'succeeded', 'rolled_back'] as const;
    const answers = await Promise.all(
      states.map((status, minute) => report({ key: '1', status, at: at(minute), startedAt: at(0) })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    const { body } = await hub.call('GET', '/api/v1/deployments');
    expect(body.deployments).toMatchObject([{ state: 'rolled_back', status: 'succeeded', startedAt: at(0) }]);
  });

  it('is refused with a code where it is no deployment or says otherwise', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    await report({ key: '1', status: 'succeeded', image: image('1', 'a') });
    const refused: [Partial<ReportRequest>, number, string][] = [
      [{ status: 'failed' }, 409, 'deployment_ended_otherwise'],
      [{ image: image('2', 'b') }, 409, 'deployment_differs'],
      [{ environmentType: 'pre_production' }, 409, 'deployment_differs'],
      [{ at: '2027-01-01T00:00:00.000Z' }, 400, 'deployment_time_invalid'],
      [{ image: 'not an image' }, 400, 'image_reference_invalid'],
      [{ image: 'shop@sha256:1234' }, 400, 'image_reference_invalid'],
      [{ commit: 'abc1234' }, 400, 'invalid_request'],
      [{ link: 'javascript:alert(1)' }, 400, 'invalid_request'],
      [{ service: '\u0000' }, 400, 'invalid_request'],
      [{ service: ' ' }, 400, 'invalid_request'],
      [{ key: 'x'.repeat(201) }, 400, 'invalid_request'],
      [{ status: 'done' as never }, 400, 'invalid_request'],
    ];
    for (const [wrong, status, code] of refused) {
      const answer = await report({ key: '1', status: 'succeeded', ...wrong });
      expect([wrong, answer.status, answer.body.error?.code]).toEqual([wrong, status, code]);
    }
    const { body } = await hub.call('GET', '/api/v1/deployments');
    expect(body.deployments).toMatchObject([{ status: 'succeeded', image: { digest: digest('a') } }]);
  });

  it('is taken from a token that is for nothing else, and from no viewer', async () => {
    const hub = await startHub();
    const made = await hub.call('POST', '/api/v1/tokens', {
      body: { name: 'pipeline', role: 'team_manager', only: 'deployments' },
    });
    const headers = { authorization: `Bearer ${made.body.secret}` };
    const body = { key: '1', service: 'shop', environment: 'prod', status: 'succeeded' };
    const said = await hub.call('POST', '/api/v1/deployments', { as: 'nobody', headers, body });
    expect([said.status, said.body.deployment?.reportedBy]).toEqual([201, 'pipeline']);
    for (const path of ['/api/v1/deployments', '/api/v1/tokens', '/api/v1/integrations']) {
      const read = await hub.call('GET', path, { as: 'nobody', headers });
      expect([path, read.status, read.body.error.message]).toEqual([path, 403, 'This token is for deployments only.']);
    }
    expect((await hub.call('POST', '/api/v1/deployments', { as: 'viewer', body })).status).toBe(403);
    const useless = { name: 'x', role: 'viewer', only: 'deployments' };
    expect((await hub.call('POST', '/api/v1/tokens', { body: useless })).body.error.code).toBe('invalid_request');
  });
});

describe('what runs where', () => {
  it('follows each step: success, failure, taken back, tried again', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    const say = async (key: string, status: ReportRequest['status'], minute: number) => {
      const { body } = await report({ key, status, at: at(minute) });
      expect([key, status, body.error]).toEqual([key, status, undefined]);
      return brief(await place(hub));
    };
    expect(await say('1', 'started', 1)).toEqual([null, '1', 'in_progress']);
    expect(await say('1', 'succeeded', 2)).toEqual(['1', null, null]);
    expect(await say('2', 'started', 3)).toEqual(['1', '2', 'in_progress']);
    expect(await say('2', 'failed', 4)).toEqual(['1', '2', 'failed']);
    expect(await say('2', 'rolled_back', 5)).toEqual(['1', '2', null]);
    expect(await say('3', 'succeeded', 6)).toEqual(['3', null, null]);
    expect(await say('4', 'succeeded', 7)).toEqual(['4', null, null]);
    expect(await say('4', 'rolled_back', 8)).toEqual(['3', '4', null]);
    expect(await say('3', 'rolled_back', 9)).toEqual(['1', '4', null]);
    expect(await say('5', 'aborted', 10)).toEqual(['1', '5', 'aborted']);
    expect(await say('6', 'succeeded', 11)).toEqual(['6', null, null]);
    // It ended before what runs now: told late, it changes nothing.
    expect(await say('0', 'succeeded', 0)).toEqual(['6', null, null]);
  });

  it('shows services and environments a page at a time, production first, and counts all', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    for (let n = 0; n < 53; n += 1)
      await report({
        key: '1',
        status: n === 52 ? 'failed' : 'succeeded',
        service: `svc-${String(n).padStart(2, '0')}`,
      });
    for (let n = 0; n < 9; n += 1)
      await report({
        key: '1',
        status: 'succeeded',
        service: 'svc-00',
        environment: `dev-${n}`,
        environmentType: null,
      });
    await report({
      key: '1',
      status: 'failed',
      service: 'svc-00',
      environment: 'qa',
      environmentType: 'pre_production',
    });
    const read = async (query = ''): Promise<Matrix> =>
      (await hub.call('GET', `/api/v1/deployments/running${query}`, { as: 'viewer' })).body;
    const first = await read();
    expect(first.environments.map(({ name }) => name).slice(0, 3)).toEqual(['prod', 'qa', 'dev-0']);
    expect(first).toMatchObject({ totalEnvironments: 11, columnsShown: 8, total: 53, pageSize: 25 });
    expect(first.places).toEqual({ running: 61, doubtful: 0, nothing: 2 });
    expect(first.services).toHaveLength(25);
    expect(first.services[0]?.cells.map((cell) => cell.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect((await read('?page=3')).services.map(({ service }) => service.name)).toEqual(['svc-50', 'svc-51', 'svc-52']);
    expect((await read('?columns=2')).services).toHaveLength(1);
    expect((await read('?type=pre_production')).environments).toMatchObject([{ name: 'qa', places: 1 }]);
    const doubtful = await read('?only=doubtful');
    expect(doubtful.services.map(({ service }) => service.name)).toEqual(['svc-00', 'svc-52']);
  });

  it('is on the panel of a deployment with what ran before it', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    await report({ key: '1', status: 'succeeded', at: at(1) });
    const second: Deployment = (await report({ key: '2', status: 'failed', at: at(2) })).body.deployment;
    const { body } = await hub.call('GET', `/api/v1/deployments/${second.id}`, { as: 'viewer' });
    const detail = body as DeploymentDetail;
    expect(detail).toMatchObject({
      run: null,
      before: { key: '1' },
      place: { running: { key: '1' }, doubt: 'failed' },
    });
    expect(detail.history.map(({ key }) => key)).toEqual(['2', '1']);
    expect((await hub.call('GET', '/api/v1/deployments/999')).body.error.code).toBe('deployment_not_found');
  });

  it('is listed by state, environment, time and words', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    await report({ key: 'a', status: 'succeeded', at: at(1), commit: 'ab'.repeat(20) });
    await report({ key: 'b', status: 'failed', at: at(2), environment: 'qa', environmentType: 'pre_production' });
    await report({ key: 'c', status: 'succeeded', at: at(3), image: image('1', 'd') });
    await report({ key: 'c', status: 'rolled_back', at: at(4) });
    const keys = async (query: string): Promise<string[]> =>
      (await hub.call('GET', `/api/v1/deployments?${query}`)).body.deployments.map((one: Deployment) => one.key);
    expect(await keys('')).toEqual(['c', 'b', 'a']);
    expect(await keys('state=failed,rolled_back')).toEqual(['c', 'b']);
    expect(await keys('type=production')).toEqual(['c', 'a']);
    expect(await keys('environment=qa')).toEqual(['b']);
    expect(await keys(`from=${at(1)}&to=${at(3)}`)).toEqual(['b', 'a']);
    expect(await keys('search=abab')).toEqual(['a']);
    expect(await keys('search=DDDD')).toEqual(['c']);
    expect(await keys('search=team/shop')).toEqual(['c']);
    expect(await keys('search=100%25')).toEqual([]);
  });
});
