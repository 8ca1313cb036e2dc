import { expect, it, onTestFinished } from 'vitest';
import { startSyncedHarness, syncWell } from './synced-harness.ts';

it('the filter is resolved again at every run: what is new in it is read, what vanished is told and hinders nothing', async () => {
  const source = await startSyncedHarness();
  onTestFinished(() => source.close());
  const { db, server, clock } = source;
  const { state } = server;
  const deploy = (organization: string, identifier: string): void => {
    const project = state.addProject({ organization, identifier, name: identifier });
    const pipeline = state.addPipeline(project, { identifier: 'deploy', stages: ['only'] });
    const execution = state.start(pipeline);
    state.move(execution, 'Success');
    clock.forward(60_000);
  };
  for (const identifier of ['pay', 'lab']) state.addOrganization({ identifier, name: identifier });
  deploy('pay', 'ledger');
  deploy('pay', 'cards');
  deploy('lab', 'try');
  source.settings = { organizations: 'pay' };
  const projects = () =>
    db.query<{ project: string; gone: boolean; executions: number }>(
      `select p.organization || '/' || p.identifier as project, p.deleted_at is not null as gone, count(e.id)::int as executions
         from data.harness_projects p left join data.harness_executions e on e.project_id = p.id and e.deleted_at is null
        group by p.organization, p.identifier, p.deleted_at order by 1`,
    );
  await syncWell(source);
  expect(await projects()).toEqual([
    { project: 'pay/cards', gone: false, executions: 1 },
    { project: 'pay/ledger', gone: false, executions: 1 },
  ]);

  // Of an organization: a project that was made since is read, one that vanished is gone, and neither is an error.
  clock.forward(3_600_000);
  deploy('pay', 'new');
  state.removeProject(state.project('pay/cards'));
  await syncWell(source);
  expect(await projects()).toEqual([
    { project: 'pay/cards', gone: true, executions: 1 },
    { project: 'pay/ledger', gone: false, executions: 1 },
    { project: 'pay/new', gone: false, executions: 1 },
  ]);

  // Named by itself it would be missed in silence: the run says so, and reads what is there.
  source.settings = { projects: 'pay/new, pay/cards, pay/Ledger' };
  clock.forward(3_600_000);
  const pipeline = state.addPipeline(state.project('pay/new'), { identifier: 'again', stages: ['only'] });
  state.move(state.start(pipeline), 'Success');
  clock.forward(60_000);
  const { run } = await source.sync();
  expect({ status: run.status, code: run.error?.code }).toEqual({ status: 'partial', code: 'project_not_found' });
  expect(run.error?.message).toContain('pay/cards');
  expect(run.error?.message).toContain('pay/Ledger');
  expect((await projects()).find(({ project }) => project === 'pay/new')).toMatchObject({ gone: false, executions: 2 });
});
