import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildStage, deployStage } from '../../../../lab/simulators/harness/testing.ts';
import { startSyncedHarness, type SyncedHarness, syncWell } from '../../../../test/sync/synced-harness.ts';
import * as contract from './contract.ts';
import { listExecutions, readExecution } from './executions.ts';
import { listPipelines, readPipeline } from './list.ts';

const minute = 60_000;
const day = 86_400_000;
let source: SyncedHarness;
const key = { integrationId: 1, organization: 'pay', project: 'ledger', pipeline: 'deploy' };

/** The database says what day it is. */
const start = new Date(Math.floor(Date.now() / day) * day - 3 * day);

beforeAll(async () => {
  source = await startSyncedHarness({ start: start.toISOString() });
  const { state } = source.server;
  const { clock } = source;
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const project = state.addProject({ organization: 'pay', identifier: 'ledger' });
  const pipeline = state.addPipeline(project, {
    identifier: 'deploy',
    name: 'Deploy',
    stages: ['build', 'production'],
  });
  state.addPipeline(project, { identifier: 'idle', name: 'Never ran' });
  const ended = (status: string, minutes: number, n = 1) => {
    const run = state.start(pipeline, { stages: [buildStage(n), deployStage(n)] });
    clock.forward(minutes * minute);
    state.move(run, 'Success', { stage: 'build' });
    state.move(run, status, { stage: 'production' });
    state.move(run, status);
    return run;
  };
  ended('Success', 10, 1);
  ended('Success', 20, 2);
  const failed = ended('Failed', 30, 3);
  // It is stored before the retry takes its place.
  await syncWell(source);
  const again = state.retry(failed);
  clock.forward(40 * minute);
  state.move(again, 'Success', { stage: 'production' });
  state.move(again, 'Success');
  ended('Failed', 50, 4);
  ended('Aborted', 600, 5);
  state.start(pipeline, { status: 'Queued', stages: [deployStage(6)] });
  await syncWell(source);
}, 120_000);
afterAll(() => source.close());

const pipelines = (query: contract.PipelineQuery = {}) => listPipelines(source.db, contract.PipelineQuery.parse(query));
const executions = (query: contract.ExecutionQuery = {}) =>
  listExecutions(source.db, contract.ExecutionQuery.parse(query));

describe('a pipeline', () => {
  it('is told with how it ended: a retry counts for what it took the place of, an abortion in no rate', async () => {
    const { pipelines: rows, total } = await pipelines();
    expect(total).toBe(2);
    expect(contract.PipelineList.shape.pipelines.parse(rows)).toEqual(rows);
    const [deploy] = rows;
    expect(deploy).toMatchObject({ pipeline: 'deploy', name: 'Deploy', isDefined: true, underWay: 1 });
    // Ten, twenty and forty minutes; fifty of the failed one.
    expect(deploy?.figures).toEqual({
      succeeded: 3,
      failed: 1,
      cancelled: 1,
      successRate: 0.75,
      medianSeconds: 30 * 60,
      p90Seconds: 47 * 60,
    });
    expect(deploy?.lastRuns.map(({ status }) => status)).toEqual([
      'Queued',
      'Aborted',
      'Failed',
      'Success',
      'Success',
      'Success',
    ]);
  });

  it('that never ran has no rate, and not a rate of nought', async () => {
    const { pipelines: rows } = await pipelines({ search: 'never' });
    expect(rows).toMatchObject([
      { pipeline: 'idle', figures: { succeeded: 0, successRate: null, medianSeconds: null }, lastRuns: [] },
    ]);
  });

  it('is shown day by day, and the days make its figures', async () => {
    const { pipeline, days, before } = await readPipeline(source.db, key, 7);
    expect(days).toHaveLength(7);
    const sum = (name: 'succeeded' | 'failed' | 'cancelled') => days.reduce((total, one) => total + one[name], 0);
    const { succeeded, failed, cancelled } = pipeline.figures;
    expect([sum('succeeded'), sum('failed'), sum('cancelled')]).toEqual([succeeded, failed, cancelled]);
    expect(before).toMatchObject({ succeeded: 0, successRate: null });
  });

  it('that nobody has is none', async () => {
    await expect(readPipeline(source.db, { ...key, pipeline: 'none' }, 7)).rejects.toMatchObject({
      code: 'pipeline_not_found',
    });
    await expect(readExecution(source.db, 999_999)).rejects.toMatchObject({ code: 'execution_not_found' });
  });
});

describe('what ran', () => {
  it('is listed with the queued on top, and found by commit, branch, number and who started it', async () => {
    const { executions: rows, total } = await executions({ project: 'ledger' });
    expect(total).toBe(7);
    expect(contract.ExecutionList.shape.executions.parse(rows)).toEqual(rows);
    expect(rows[0]).toMatchObject({ status: 'Queued', startedAt: null });
    const retry = rows.find(({ isRetry }) => isRetry);
    expect(rows.filter(({ supersededBy }) => supersededBy !== null)).toMatchObject([
      { status: 'Failed', supersededBy: retry?.id },
    ]);
    expect((await executions({ search: `${'0'.repeat(39)}2` })).executions.map(({ commit }) => commit)).toEqual([
      `${'0'.repeat(39)}2`,
    ]);
    expect((await executions({ status: 'failure' as never })).total).toBe(2);
    expect((await executions({ search: 'ada' })).total).toBe(7);
    expect((await executions({ search: 'main' })).total).toBe(6);
  });

  it('is shown with its stages and what they deployed where', async () => {
    const [found] = (await executions({ search: `${'0'.repeat(39)}2` })).executions;
    const detail = await readExecution(source.db, found?.id ?? 0);
    expect(contract.ExecutionDetail.parse(detail)).toEqual(detail);
    expect(detail.stages).toMatchObject([
      { name: 'build', type: 'CI', statusClass: 'success', deployment: null },
      {
        name: 'production',
        statusClass: 'success',
        // The digest is told by the steps alone.
        deployment: { service: 'Web', environment: 'Production', tag: '1.2', digest: `sha256:${'0'.repeat(63)}2` },
      },
    ]);
    expect(detail.commits).toMatchObject([{ message: 'Change 2' }]);
  });
});
