import { afterEach, describe, expect, it } from 'vitest';
import type { HarnessSimulator } from './index.ts';
import { ask, buildStage, deployStage, listExecutions, readExecution, startSample } from './testing.ts';

let harness: HarnessSimulator;
afterEach(() => harness.close());

const hour = 3_600_000;
const outlinePath = 'pipeline/api/pipelines/execution/summary/outline?orgIdentifier=pay&projectIdentifier=ledger';
const ids = ({ body }: { body: { data: { content: { planExecutionId: string }[] } } }): string[] =>
  body.data.content.map(({ planExecutionId }) => planExecutionId);

describe('a run over time', () => {
  it('queues, runs, waits for its approval for days and ends, each at the clock’s time', async () => {
    const { token, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const created = clock.now().getTime();
    const run = state.start(pipeline, { status: 'Queued', stages: [deployStage(1)] });
    const row = async () => (await listExecutions(harness, token)).body.data.content[0];
    expect(await row()).toMatchObject({ status: 'Queued', createdAt: created });
    expect(await row()).not.toHaveProperty('startTs');
    clock.forward(1000);
    state.move(run, 'Running');
    expect(await row()).toMatchObject({ status: 'Running', startTs: created + 1000, runningStagesCount: 1 });
    clock.forward(hour);
    state.move(run, 'ApprovalWaiting');
    clock.forward(72 * hour);
    expect(await row()).toMatchObject({ status: 'ApprovalWaiting' });
    expect(await row()).not.toHaveProperty('endTs');
    state.move(run, 'Success');
    expect(await row()).toMatchObject({ status: 'Success', endTs: clock.now().getTime(), successfulStagesCount: 1 });
  });

  it('goes where its script says when the clock gets there', async () => {
    const { token, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline, { at: new Date(clock.now().getTime() + hour) });
    harness.state.move(run, 'Failed', {
      at: new Date(clock.now().getTime() + 3 * hour),
      failure: { message: 'No', types: ['TIMEOUT'] },
    });
    const statuses: string[][] = [];
    for (let n = 0; n < 4; n += 1) {
      statuses.push(
        (await listExecutions(harness, token)).body.data.content.map(({ status }: { status: string }) => status),
      );
      clock.forward(hour);
    }
    expect(statuses).toEqual([[], ['Running'], ['Running'], ['Failed']]);
    expect((await listExecutions(harness, token)).body.data.content[0].failureInfo.failureTypeList).toEqual([
      'TIMEOUT',
    ]);
  });

  it('may have a status that nobody knows, which ends it only where it says so', async () => {
    const { token, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline);
    clock.forward(hour);
    harness.state.move(run, 'Quarantined');
    const row = async () => (await listExecutions(harness, token)).body.data.content[0];
    expect([(await row()).status, 'endTs' in (await row())]).toEqual(['Quarantined', false]);
    harness.state.move(run, 'Quarantined', { ends: true });
    expect((await row()).endTs).toBe(clock.now().getTime());
  });

  it('aborted says by whom, and takes its open stages with it', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline, { stages: [deployStage(1), deployStage(1, 'staging')] });
    harness.state.move(run, 'Aborted', { abortedBy: { name: 'Ada', email: 'ada@example.com' } });
    const [row] = (await listExecutions(harness, token)).body.data.content;
    expect(row).toMatchObject({ status: 'Aborted', abortedBy: { email: 'ada@example.com' } });
    const statuses = run.stages.map(({ id }) => row.layoutNodeMap[id].status);
    expect(statuses).toEqual(['Aborted', 'NotStarted']);
  });
});

describe('rows that the list hides', () => {
  it('a run that was retried from its failed stage, but not one that was run again from its start', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const first = state.start(pipeline, { stages: [deployStage(1)] });
    state.move(first, 'Failed');
    const second = state.retry(first);
    state.move(second, 'Failed');
    const third = state.retry(second);
    const fourth = state.rerun(third);
    const listed = await listExecutions(harness, token);
    expect(ids(listed).toSorted()).toEqual([third.id, fourth.id].toSorted());
    const row = listed.body.data.content.find(
      ({ planExecutionId }: { planExecutionId: string }) => planExecutionId === third.id,
    );
    expect(row).toMatchObject({
      showRetryHistory: true,
      executionTriggerInfo: { isRerun: true, rerunInfo: { prevExecutionId: second.id, rootExecutionId: first.id } },
    });
    // A known id is still answered.
    expect((await readExecution(harness, token, first.id)).body.data.pipelineExecutionSummary.status).toBe('Failed');
  });

  it('rollbacks of pipelines, children of chained pipelines unless theirs is named, and those of deleted pipelines', async () => {
    const { token, project, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const parent = state.start(pipeline, { stages: [{ identifier: 'chained', type: 'Pipeline' }] });
    const childPipeline = state.addPipeline(project, { identifier: 'child' });
    const child = state.start(childPipeline, { parent: { execution: parent, stage: 'chained' } });
    const rollback = state.startRollback(parent);
    const old = state.addPipeline(project, { identifier: 'old' });
    state.start(old);
    state.deletePipeline(old);
    expect(ids(await listExecutions(harness, token))).toEqual([parent.id]);
    const named = await listExecutions(harness, token, {}, 'pipelineIdentifier=child');
    expect(named.body.data.content).toMatchObject([
      { planExecutionId: child.id, parentStageInfo: { executionId: parent.id } },
    ]);
    expect((await readExecution(harness, token, rollback.id)).body.data.pipelineExecutionSummary.executionMode).toBe(
      'PIPELINE_ROLLBACK',
    );
    expect([...state.truth()].map(({ hidden }) => hidden)).toEqual([
      null,
      'child',
      'pipeline_rollback',
      'deleted_pipeline',
    ]);
  });

  it('a rollback after the run changes the run itself', async () => {
    const { token, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline, { stages: [deployStage(1)] });
    harness.state.move(run, 'Success');
    clock.forward(hour);
    harness.state.rollBack(run);
    clock.forward(hour);
    harness.state.move(run, 'Success');
    const [row] = (await listExecutions(harness, token)).body.data.content;
    expect(row).toMatchObject({ executionMode: 'POST_EXECUTION_ROLLBACK', endTs: clock.now().getTime() });
    const nodes = Object.values(row.layoutNodeMap) as { nodeIdentifier: string; isRollbackStageNode: boolean }[];
    expect(nodes.map((node) => [node.nodeIdentifier, node.isRollbackStageNode])).toEqual([
      ['production', false],
      ['prb-production', true],
    ]);
  });
});

describe('the list of executions', () => {
  it('filters by start, both ends included, and refuses half a range', async () => {
    const { token, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const starts: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      harness.state.start(pipeline);
      starts.push(clock.now().getTime());
      clock.forward(hour);
    }
    const between = (startTime: unknown, endTime?: unknown) =>
      listExecutions(harness, token, { timeRange: { startTime, endTime } });
    expect((await between(starts[0], starts[1])).body.data.totalElements).toBe(2);
    expect((await between((starts[0] ?? 0) + 1, (starts[1] ?? 0) - 1)).body.data.totalElements).toBe(0);
    expect((await between(null, null)).body.data.totalElements).toBe(3);
    expect((await between(starts[0])).body).toMatchObject({ status: 'ERROR', code: 'INVALID_REQUEST' });
    const order = async (sort: string) =>
      (await listExecutions(harness, token, {}, sort)).body.data.content.map(
        ({ startTs }: { startTs: number }) => startTs,
      );
    expect(await order('')).toEqual(starts.toReversed());
    expect(await order('sort=startTs,ASC')).toEqual(starts);
    expect(await order('sort=startTs,ASC&page=1&size=2')).toEqual([starts[2]]);
    for (const query of ['size=1001', 'size=0', 'page=-1'])
      expect((await listExecutions(harness, token, {}, query)).body.message).toContain('1000');
    expect((await listExecutions(harness, token, {}, '')).body.data.size).toBe(10);
  });

  it('filters by status in the query and in the body, in whatever case, and refuses what is none', async () => {
    const { token, pipeline, ...sample } = await startSample({ profile: 'self-managed' });
    harness = sample.harness;
    const { state } = harness;
    for (const status of ['Failed', 'Success', 'ApprovalWaiting']) state.move(state.start(pipeline), status);
    const count = async (body: object, query = ''): Promise<unknown> => {
      const told = await listExecutions(harness, token, body, query);
      return told.body.data?.totalElements ?? told.status;
    };
    expect(await count({ status: ['failed', 'SUCCESS'] })).toBe(2);
    expect(await count({}, 'status=Failed')).toBe(1);
    expect(await count({}, 'status=APPROVAL_WAITING')).toBe(1);
    expect(await count({ status: ['Success'] }, 'status=Failed')).toBe(0);
    expect(await count({ status: ['Success'], planExecutionIds: ['x'], pipelineIdentifiers: ['y'] })).toBe(1);
    expect(await count({ status: ['Nonsense'] })).toBe(400);
    expect(await count({ status: ['UploadWaiting'] })).toBe(400);
  });

  it('filters by what the run deployed, by tags and triggers, and by the newer members on a newer server', async () => {
    const { token, project, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const one = state.start(pipeline, { stages: [deployStage(1, 'staging')], tags: { team: 'a' } });
    const other = state.addPipeline(project, { identifier: 'other' });
    const two = state.start(other, { stages: [buildStage(2)], trigger: { type: 'WEBHOOK', trigger: 'push' } });
    const found = async (body: object, query = 'size=10') => ids(await listExecutions(harness, token, body, query));
    expect(
      await found({
        moduleProperties: { cd: { serviceIdentifiers: ['web', 'x'], environmentTypes: ['PreProduction'] } },
      }),
    ).toEqual([one.id]);
    expect(
      await found({ moduleProperties: { cd: { serviceIdentifiers: ['web'], environmentTypes: ['Production'] } } }),
    ).toEqual([]);
    expect(await found({ moduleProperties: { ci: { repoName: 'web' } } })).toEqual([two.id]);
    expect(await found({ pipelineTags: [{ key: 'team', value: 'a' }] })).toEqual([one.id]);
    expect(await found({ triggerTypes: ['WEBHOOK'], triggerIdentifiers: ['push'] })).toEqual([two.id]);
    expect(await found({ pipelineIdentifiers: ['other'] })).toEqual([two.id]);
    expect(await found({ planExecutionIds: [one.id] })).toEqual([one.id]);
    expect(await found({}, 'searchTerm=OTH')).toEqual([two.id]);
    expect(await found({ whatever: 1 }, 'pageIndex=3&frob=x')).toHaveLength(2);
  });

  it('refuses a saved filter beside one of its own, or lets it win', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    const asked = () => listExecutions(harness, token, { status: ['Failed'] }, 'filterIdentifier=mine');
    expect((await asked()).status).toBe(400);
    harness.world.savedFilters = 'win';
    expect((await asked()).status).toBe(200);
  });
});

describe('the outline', () => {
  it('goes on after the last row seen, and takes lists of ids', async () => {
    const { token, pipeline, clock, ...sample } = await startSample();
    harness = sample.harness;
    const runs = Array.from({ length: 5 }, () => harness.state.start(pipeline, { stages: [buildStage(1)] }).id);
    clock.forward(1000);
    const late = harness.state.start(pipeline).id;
    const read = async (query: string, body: object = {}) =>
      (await ask(harness, `${outlinePath}&${query}`, { token, body })).body.data;
    const seen: string[] = [];
    let query = 'size=2';
    for (let pages = 0; pages < 9; pages += 1) {
      const page = await read(query);
      seen.push(...page.content.map(({ planExecutionId }: { planExecutionId: string }) => planExecutionId));
      if (!page.hasMore) break;
      query = `size=2&lastSeenExecutionId=${page.lastSeenExecutionId}&lastSeenStartTime=${page.lastSeenStartTime}`;
    }
    expect(seen.toSorted()).toEqual([...runs, late].toSorted());
    expect(seen[0]).toBe(late);
    const { content } = await read('size=100', { planExecutionIds: [runs[3], late, 'unknown'] });
    expect(content.map(({ planExecutionId }: { planExecutionId: string }) => planExecutionId)).toEqual([late, runs[3]]);
    expect(content[1]).toMatchObject({
      accountIdentifier: 'acc',
      orgIdentifier: 'pay',
      projectIdentifier: 'ledger',
      status: 'Running',
      lastUpdatedAt: clock.now().getTime() - 1000,
    });
    expect(content[1]).not.toHaveProperty('moduleInfo');
  });

  it('is not there on an older server', async () => {
    const { token, ...sample } = await startSample({ profile: 'self-managed' });
    harness = sample.harness;
    expect((await ask(harness, outlinePath, { token, body: {} })).status).toBe(404);
  });
});
