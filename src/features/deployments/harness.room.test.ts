import { afterEach, expect, it } from 'vitest';
import { buildStage, deployStage } from '../../../lab/simulators/harness/testing.ts';
import type { TruthRow } from '../../../lab/simulators/harness/truth.ts';
import { startSyncedHarness, type SyncedHarness, syncWell } from '../../../test/sync/synced-harness.ts';

const hour = 3_600_000;
const day = 24 * hour;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: Parameters<typeof startSyncedHarness>[0] = {}): Promise<SyncedHarness> {
  const source = await startSyncedHarness(options);
  closing.push(() => source.close());
  return source;
}

interface StoredRow {
  execution: string;
  status: string;
  settled: boolean;
  number: number;
  started_at: Date | null;
  ended_at: Date | null;
  rolled_back: boolean;
  superseded: boolean;
  commits: string[];
  deployments: Record<string, unknown>[];
}

const storedRows = ({ db }: SyncedHarness): Promise<StoredRow[]> =>
  db.query(
    `select e.execution, e.status, e.settled, e.number, e.started_at, e.ended_at, e.rolled_back, e.superseded_by is not null as superseded,
            array(select c.sha from data.harness_execution_commits c where c.execution_id = e.id and c.id % 2 = 0 order by c.ordinal) as commits,
            (select coalesce(jsonb_agg(jsonb_build_object('node', d.node, 'service', d.service, 'environment', d.environment,
                       'environmentType', d.environment_type, 'infrastructure', d.infrastructure, 'status', d.status,
                       'image', d.image, 'tag', d.tag) order by d.ordinal), '[]')
               from shared.harness_deployments d where d.execution_id = e.id and d.started_at is not null) as deployments
       from data.harness_executions e where e.deleted_at is null order by e.execution`,
  );

/** Every row that the list shows is stored as it stands, and nothing that it hid all along. */
async function expectTrue(source: SyncedHarness): Promise<void> {
  const truth = new Map([...source.server.state.truth()].map((row) => [row.planExecutionId, row]));
  const stored = await storedRows(source);
  const missing = [...truth.values()].filter(({ hidden }) => hidden === null);
  expect(
    missing.map(({ planExecutionId }) => planExecutionId).filter((id) => !stored.some((one) => one.execution === id)),
  ).toEqual([]);
  for (const row of stored)
    expect({ ...row, settled: undefined, rolled_back: undefined }).toMatchObject(expected(truth.get(row.execution)));
}

const instant = (time: number | null): Date | null => (time === null ? null : new Date(time));

function expected(row: TruthRow | undefined): object {
  if (row === undefined) throw new Error('nobody ran this');
  return {
    status: row.status,
    number: row.runSequence,
    started_at: instant(row.startTs),
    ended_at: instant(row.endTs),
    commits: row.commits,
    superseded: row.hidden === 'superseded',
    deployments: row.deployments.map(
      ({ stageId, service, environment, environmentType, infrastructure, status, image }) => ({
        node: stageId,
        service,
        environment,
        environmentType,
        infrastructure,
        status,
        tag: image?.split(':').at(-1),
      }),
    ),
  };
}

it('is stored as it is: every execution of every project, and the same at the next look', async () => {
  const source = await start();
  const { server, clock } = source;
  const [from, to] = [new Date(clock.now().getTime() - 60 * day), new Date(clock.now().getTime() + day)];
  server.state.fill({ projects: 3, executions: 900, from, to, seed: 1 });
  await syncWell(source);
  await expectTrue(source);
  const { run } = await syncWell(source, { full: true });
  await expectTrue(source);
  const rewritten = await source.db.query(
    `select c.stream, c.scope from ingestion.completeness c join ingestion.tasks t on t.id = c.task_id
      where t.run_id = $1 and c.stream <> 'stage_outcomes' and c.inserted + c.updated + c.gone > 0`,
    [run.id],
  );
  expect(rewritten).toEqual([]);
}, 240_000);

it('is compared whole: what somebody changed in any table is found and mended', async () => {
  const source = await start();
  const { server, clock, db } = source;
  const [from, to] = [new Date(clock.now().getTime() - 6 * day), clock.now()];
  server.state.fill({ projects: 1, executions: 120, from, to, seed: 3 });
  await syncWell(source);
  const found = async (): Promise<string[]> => {
    const { scopes } = await source.audit();
    return scopes.flatMap(({ differences }) => differences.flatMap(({ fields }) => fields.map(({ name }) => name)));
  };
  expect(await found()).toEqual([]);
  const spoil = (table: string, change: string, where = 'true'): Promise<number> =>
    db.execute(
      `update deployments.${table} set ${change} where id = (select min(id) from deployments.${table} where ${where})`,
    );
  await spoil('executions', "status = 'Running'", 'settled and started_at is not null');
  await spoil('execution_stages', "name = 'other'");
  await spoil('execution_commits', "message = 'other'");
  await spoil('execution_deployments', "tag = 'other'");
  await spoil('execution_artifacts', "tag = 'other'");
  await spoil('pipelines', "name = 'other'");
  expect((await found()).toSorted()).toEqual(['artifacts', 'commits', 'deployments', 'name', 'stages', 'status']);
  await syncWell(source);
  expect(await found()).toEqual([]);
}, 240_000);

it('follows an execution that waits for days, is retried, aborted and rolled back', async () => {
  const source = await start();
  const { server, clock } = source;
  const { state } = server;
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const project = state.addProject({ organization: 'pay', identifier: 'ledger' });
  const pipeline = state.addPipeline(project, {
    identifier: 'deploy',
    name: 'Deploy',
    stages: ['build', 'production'],
  });
  state.addService(project, { identifier: 'web', name: 'Web' });
  state.addEnvironment(project, { identifier: 'production', name: 'Production' });
  const look = async (forward = 0): Promise<void> => {
    clock.forward(forward);
    await syncWell(source);
    await expectTrue(source);
  };
  await look();
  const run = state.start(pipeline, { status: 'Queued', stages: [buildStage(7), deployStage(7)] });
  await look();
  state.move(run, 'Running');
  await look(hour);
  state.move(run, 'Success', { stage: 'build' });
  state.move(run, 'ApprovalWaiting');
  await look(4 * day);
  state.move(run, 'Failed', { stage: 'production', failure: { message: 'No', types: ['TIMEOUT'] } });
  state.move(run, 'Failed');
  await look(hour);
  const again = state.retry(run);
  await look(hour);
  state.move(again, 'Success', { stage: 'production' });
  state.move(again, 'Success');
  await look(2 * day);
  state.rollBack(again);
  await look(day);
  state.move(again, 'Success');
  await look(day);
  const aborted = state.start(pipeline, { stages: [deployStage(8)] });
  await look(hour);
  state.move(aborted, 'Aborted');
  // Nobody asks for three days.
  await look(3 * day);
  const open = await source.db.query('select status from data.harness_executions where not settled');
  expect(open).toEqual([]);
}, 240_000);
