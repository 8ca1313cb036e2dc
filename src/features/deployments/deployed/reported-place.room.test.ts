import { describe, expect, it } from 'vitest';
import { testHub, type TestHub } from '../../../../test/support/hub.ts';
import type { Deployment, Matrix, ReportRequest } from '../contract.ts';
import { deploymentRoutes } from '../index.ts';
import { deploymentsData } from '../integration-data.ts';

const now = new Date('2026-11-30T12:00:00Z');

/** An integration of Harness with services of a project, an organization and the account, and one environment with a run. */
async function startHub(): Promise<TestHub> {
  const hub = await testHub({ routes: (db) => deploymentRoutes({ db, now: () => now }) });
  await hub.db.execute(
    `insert into integrations.integrations (name, kind, settings)
     values ('harness-lab', 'harness', '{}'), ('sonar-lab', 'sonarqube', '{}')`,
  );
  await hub.db.execute(
    `insert into deployments.levels (integration_id, slice, organization, project)
     values (1, 'project:pay/ledger', 'pay', 'ledger'), (1, 'organization:pay', 'pay', null), (1, 'account', null, null)`,
  );
  await hub.db.execute(
    `insert into deployments.services (integration_id, level_id, source_key, row_hash, name, tags, deleted_at)
     values (1, 1, 'web', gen_random_uuid(), 'Web', '[]', null), (1, 1, 'old', gen_random_uuid(), 'Old', '[]', now()),
            (1, 2, 'mail', gen_random_uuid(), 'Mail', '[]', null), (1, 3, 'proxy', gen_random_uuid(), null, '[]', null)`,
  );
  await hub.db.execute(
    `insert into deployments.environments (integration_id, level_id, source_key, row_hash, name, tags, type)
     values (1, 1, 'prod', gen_random_uuid(), 'Production', '[]', 'Production'), (1, 3, 'qa', gen_random_uuid(), 'QA', '[]', 'PreProduction')`,
  );
  return hub;
}

const reporter = (hub: TestHub) => (wanted: Partial<ReportRequest>) =>
  hub.call('POST', '/api/v1/deployments', {
    as: 'team_manager',
    body: {
      key: '1',
      status: 'succeeded',
      integration: 'harness-lab',
      project: 'pay/ledger',
      service: 'web',
      environment: 'prod',
      ...wanted,
    },
  });

/** What an execution of Harness put there before. */
async function deployedByHarness(hub: TestHub, infrastructure: string, key: string): Promise<void> {
  await hub.db.execute(
    `with place as (
       insert into deployments.places (integration_id, service_scope, service, environment_scope, environment, infrastructure, service_name, environment_name)
       values (1, 'pay/ledger', 'web', 'pay/ledger', 'prod', $1, 'Web', 'Production') returning id)
     insert into deployments.deployments (source, integration_id, source_key, place_id, status, service_name, environment_name, environment_type, version, at)
     select 'harness', 1, $2, id, 'succeeded', 'Web', 'Production', 'production', $2, '2026-11-29T12:00:00Z' from place`,
    [infrastructure, key],
  );
}

describe('what a pipeline reports of a service of Harness', () => {
  it('stands in the place of what Harness deployed: one answer to what runs there', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    await deployedByHarness(hub, 'k8s', 'run/1');
    const { status, body } = await report({ version: '2.0' });
    expect([status, body.outcome]).toEqual([201, 'created']);
    expect(body.deployment).toMatchObject({
      source: 'pushed',
      integration: { name: 'harness-lab' },
      service: { key: 'web', name: 'Web', scope: 'pay/ledger' },
      environment: { key: 'prod', name: 'Production', type: 'production' },
      infrastructure: 'k8s',
      runsNow: true,
    });
    expect((await report({ version: '2.0' })).body.outcome).toBe('unchanged');
    const matrix: Matrix = (await hub.call('GET', '/api/v1/deployments/running', { as: 'viewer' })).body;
    expect(matrix.environments).toMatchObject([{ name: 'Production', places: 1 }]);
    expect(
      matrix.services.map(({ cells }) => cells.map((places) => places.map(({ running }) => running?.key))),
    ).toEqual([[['1']]]);
    // The number of the integration does as well.
    expect((await report({ integration: '1', status: 'rolled_back' })).body.deployment.integration.id).toBe(1);
    const listed = (await hub.call('GET', '/api/v1/deployments?integration=1')).body.deployments as Deployment[];
    expect(listed.map(({ key, state, runsNow }) => [key, state, runsNow])).toEqual([
      ['1', 'rolled_back', false],
      ['run/1', 'succeeded', true],
    ]);
  });

  it('names what is defined above the project as Harness does', async () => {
    const hub = await startHub();
    const { body } = await reporter(hub)({ service: 'org.mail', environment: 'account.qa' });
    expect(body.deployment).toMatchObject({
      service: { key: 'mail', name: 'Mail', scope: 'pay' },
      environment: { key: 'qa', name: 'QA', scope: '', type: 'pre_production' },
      infrastructure: null,
    });
    const proxy = await reporter(hub)({ service: 'account.proxy', environment: 'account.qa' });
    expect(proxy.body.deployment.service).toEqual({ key: 'proxy', name: 'proxy', scope: '' });
  });

  it('is the place it was in before, whatever infrastructures became known since', async () => {
    const hub = await startHub();
    const report = reporter(hub);
    expect((await report({ status: 'started' })).body.deployment.infrastructure).toBeNull();
    await deployedByHarness(hub, 'k8s_eu', 'run/1');
    expect((await report({})).body.outcome).toBe('moved_on');
    await deployedByHarness(hub, 'k8s_us', 'run/2');
    const several = await report({ key: '2' });
    expect([several.status, several.body.error.code]).toEqual([422, 'deployment_place_unknown']);
    expect(several.body.error.message).toContain('“k8s_eu”, “k8s_us”');
    expect((await report({ key: '2', infrastructure: 'k8s_us' })).body.outcome).toBe('created');
  });

  it('is refused where Harness has no such service, environment, project or integration: never another place', async () => {
    const hub = await startHub();
    const refused: [Partial<ReportRequest>, number, string][] = [
      [{ service: 'Web' }, 422, 'deployment_place_unknown'],
      [{ service: 'old' }, 422, 'deployment_place_unknown'],
      [{ service: 'mail' }, 422, 'deployment_place_unknown'],
      [{ environment: 'production' }, 422, 'deployment_place_unknown'],
      [{ project: 'pay/other' }, 422, 'deployment_place_unknown'],
      [{ integration: 'sonar-lab' }, 404, 'integration_not_found'],
      [{ integration: '7' }, 404, 'integration_not_found'],
      [{ project: 'ledger' }, 400, 'invalid_request'],
      [{ project: null }, 400, 'invalid_request'],
      [{ integration: null }, 400, 'invalid_request'],
    ];
    for (const [wrong, status, code] of refused) {
      const answer = await reporter(hub)(wrong);
      expect([wrong, answer.status, answer.body.error?.code]).toEqual([wrong, status, code]);
    }
    expect(await hub.db.query('select from deployments.places')).toEqual([]);
  });

  it('goes with the integration when that is removed', async () => {
    const hub = await startHub();
    await reporter(hub)({});
    await reporter(hub)({ integration: null, project: null });
    const data = deploymentsData(hub.db);
    expect(await data.count(1)).toBe(11);
    while ((await hub.db.transaction((tx) => data.purge(tx, 1, 100))) > 0);
    expect(await hub.db.query('select integration_id as id from deployments.deployments')).toEqual([{ id: null }]);
  });
});
