import { afterEach, expect, it } from 'vitest';
import { buildStage, deployStage } from '../../../../../lab/simulators/harness/testing.ts';
import { runningWhere } from '../../../../../lab/simulators/harness/truth.ts';
import { startSyncedHarness, type SyncedHarness, syncWell } from '../../../../../test/sync/synced-harness.ts';
import type { Place } from '../contract.ts';
import { readMatrix } from '../matrix.ts';
import { readDetail } from '../read.ts';

const hour = 3_600_000;
const day = 24 * hour;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(): Promise<SyncedHarness> {
  const source = await startSyncedHarness();
  closing.push(() => source.close());
  return source;
}

async function places({ db }: SyncedHarness): Promise<Place[]> {
  const found: Place[] = [];
  for (let page = 1; ; page += 1) {
    const matrix = await readMatrix(db, { page, columns: 1 });
    found.push(...matrix.services.flatMap(({ cells }) => cells.flat()));
    if (page * matrix.pageSize >= matrix.total) return found;
  }
}

it('says what runs where after each step: tried, failed, taken back, tried again, aborted, waiting for an approval', async () => {
  const source = await start();
  const { clock, server } = source;
  const { state } = server;
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const project = state.addProject({ organization: 'pay', identifier: 'ledger' });
  const pipeline = state.addPipeline(project, { identifier: 'deploy', name: 'Deploy', stages: ['production'] });
  state.addService(project, { identifier: 'web', name: 'Web' });
  state.addEnvironment(project, { identifier: 'production', name: 'Production' });
  /** Tags of what runs and of the newest attempt with its state, and what is in doubt. */
  const look = async (forward = hour): Promise<unknown> => {
    clock.forward(forward);
    await syncWell(source);
    const [place] = await places(source);
    const tag = (one: Place['running'] | undefined) => one?.image?.reference?.split(':').at(-1) ?? null;
    return [
      tag(place?.running),
      tag(place?.newest),
      place?.newest?.state ?? null,
      place?.newest?.superseded ?? false,
      place?.doubt ?? null,
    ];
  };
  const deploy = (n: number) => state.start(pipeline, { stages: [deployStage(n)] });
  const end = (execution: ReturnType<typeof deploy>, status: string, more: object = {}): void => {
    state.move(execution, status, { stage: 'production', ...more });
    state.move(execution, status);
  };

  const first = deploy(1);
  expect(await look()).toEqual([null, '1.1', 'running', false, 'in_progress']);
  end(first, 'Success');
  expect(await look()).toEqual(['1.1', null, null, false, null]);

  const waiting = state.start(pipeline, { status: 'Queued', stages: [deployStage(2)] });
  expect(await look()).toEqual(['1.1', null, null, false, null]);
  state.move(waiting, 'Running');
  state.move(waiting, 'ApprovalWaiting', { stage: 'production' });
  expect(await look(4 * day)).toEqual(['1.1', '1.2', 'waiting', false, null]);
  state.move(waiting, 'Running', { stage: 'production' });
  expect(await look()).toEqual(['1.1', '1.2', 'running', false, 'in_progress']);
  end(waiting, 'Failed', { failure: { message: 'No', types: ['TIMEOUT'] } });
  expect(await look()).toEqual(['1.1', '1.2', 'failed', false, 'failed']);

  // What the first attempt left behind is still there while it is tried again.
  const again = state.retry(waiting);
  expect(await look()).toEqual(['1.1', '1.2', 'running', false, 'failed']);
  const superseded = await source.db.query('select status, superseded from data.deployments where superseded');
  expect(superseded).toEqual([{ status: 'failed', superseded: true }]);
  end(again, 'Success');
  expect(await look()).toEqual(['1.2', null, null, false, null]);

  const third = deploy(3);
  end(third, 'Success');
  expect(await look()).toEqual(['1.3', null, null, false, null]);
  state.rollBack(third);
  // Of a run that has ended Harness is asked again once a day.
  expect(await look(day)).toEqual(['1.2', '1.3', 'running', false, 'in_progress']);
  state.move(third, 'Success', { stage: 'prb-production' });
  state.move(third, 'Failed');
  expect(await look()).toEqual(['1.2', '1.3', 'succeeded', false, null]);

  const failing = deploy(4);
  end(failing, 'Failed', { failure: { message: 'No', types: [] }, rollbackSteps: true });
  expect(await look()).toEqual(['1.2', '1.4', 'rolled_back', false, null]);

  const aborted = deploy(5);
  end(aborted, 'Aborted');
  expect(await look()).toEqual(['1.2', '1.5', 'aborted', false, 'aborted']);
  const frozen = state.start(pipeline, { status: 'Queued', stages: [deployStage(6)] });
  state.move(frozen, 'AbortedByFreeze');
  expect(await look()).toEqual(['1.2', '1.5', 'aborted', false, 'aborted']);

  const last = state.start(pipeline, { stages: [buildStage(7), deployStage(7)] });
  state.move(last, 'Success', { stage: 'build' });
  state.move(last, 'Running', { stage: 'production' });
  end(last, 'Success');
  expect(await look()).toEqual(['1.7', null, null, false, null]);
  const [place] = await places(source);
  expect(place).toMatchObject({
    service: { key: 'web', scope: 'pay/ledger' },
    environment: { type: 'production' },
    running: { image: { digest: `sha256:${'7'.padStart(64, '0')}` }, commit: '7'.padStart(40, '0'), runsNow: true },
  });
  const detail = await readDetail(source.db, place?.running?.id ?? 0);
  expect(detail).toMatchObject({
    run: { organization: 'pay', project: 'ledger', pipeline: 'deploy', name: 'Deploy' },
    before: { image: { reference: expect.stringMatching(/:1\.2$/) as string } },
  });
  const open = await source.db.query("select status from data.deployments where status in ('running', 'waiting')");
  expect(open).toEqual([]);
}, 240_000);

it('of many executions is what Harness itself would say of all that it shows', async () => {
  const source = await start();
  const { server, clock, db } = source;
  const [from, to] = [new Date(clock.now().getTime() - 60 * day), clock.now()];
  server.state.fill({ projects: 3, executions: 1_200, from, to, seed: 5 });
  await syncWell(source);
  const truth = [...server.state.truth()].filter(({ hidden }) => hidden === null);
  // What only steps tell is read of a few: Harness’s own knowledge of the others is not ours.
  const told = await db.query<{ key: string }>(
    'select execution as key from deployments.stage_outcomes where rolled_back',
  );
  const known = new Set(told.map(({ key }) => key));
  const rows = truth.map((row) => ({
    ...row,
    deployments: row.deployments.map((one) => ({
      ...one,
      rolledBack: one.rolledBack && (known.has(row.planExecutionId) || row.mode !== 'NORMAL'),
    })),
  }));
  const expected = [...runningWhere(rows)].map(([place, { image }]) => {
    const [scope = '', service = '', environment] = place.split(' ');
    const shared = service.startsWith('org.');
    const name = shared ? `${scope.split('/')[0]} ${service.slice(4)}` : `${scope} ${service}`;
    return `${name} ${environment} ${image?.split(':').at(-1)}`;
  });
  const found = (await places(source)).flatMap(({ running, service, environment }) =>
    running === null
      ? []
      : [`${service.scope} ${service.key} ${environment.key} ${running.image?.reference?.split(':').at(-1)}`],
  );
  expect(expected.length).toBeGreaterThan(20);
  expect(found.toSorted()).toEqual(expected.toSorted());
  const { leaves } = await db.one<{ leaves: number }>(
    'select count(*) as leaves from deployments.deployments where started_at is not null',
  );
  const begun = truth.flatMap(({ deployments }) => deployments).length;
  expect(leaves).toBe(begun);
}, 240_000);
