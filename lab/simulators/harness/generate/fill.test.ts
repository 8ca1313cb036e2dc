import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type HarnessSimulator, startHarnessSimulator, type TruthRow, writeTruth } from '../index.ts';
import { ask, clockAt } from '../testing.ts';

let harness: HarnessSimulator;
afterEach(() => harness.close());

const dayMs = 86_400_000;
const clock = clockAt('2026-03-02T10:00:00Z');

async function filled(wish: { projects?: number; executions?: number; to?: Date } = {}): Promise<string> {
  harness = await startHarnessSimulator({ now: clock.now });
  harness.state.fill(wish);
  return harness.state.addToken();
}

interface Row {
  planExecutionId: string;
  status: string;
  startTs: number;
  layoutNodeMap: Record<string, { nodeGroup: string; status: string; startTs?: number }>;
}

/** Everything that a project's list shows, by windows of `days`. */
async function readAll(token: string, place: string, days: number): Promise<Row[]> {
  const rows: Row[] = [];
  const end = clock.now().getTime();
  for (let from = end - 181 * dayMs; from <= end; from += days * dayMs) {
    const timeRange = { startTime: from, endTime: from + days * dayMs - 1 };
    for (let page = 0, more = true; more; page += 1) {
      const path = `pipeline/api/pipelines/execution/summary?${place}&page=${page}&size=100&sort=startTs,ASC`;
      const { data } = (await ask(harness, path, { token, body: { filterType: 'PipelineExecution', timeRange } })).body;
      rows.push(...data.content);
      more = data.last === false;
    }
  }
  return rows;
}

const byId = (rows: readonly { planExecutionId: string }[]): string[] =>
  rows.map((row) => row.planExecutionId).toSorted();

describe('generated executions', () => {
  it('are listed exactly as their truth says, window by window, and hidden where it says so', async () => {
    const token = await filled({ projects: 2, executions: 3000 });
    const truth = [...harness.state.truth()].filter(({ project }) => project === 'p01');
    const rows = await readAll(token, 'orgIdentifier=org1&projectIdentifier=p01', 7);
    const shown = truth.filter(({ hidden, startTs }) => hidden === null && startTs !== null);
    expect(byId(rows)).toEqual(byId(shown));
    const statuses = new Map(truth.map((row) => [row.planExecutionId, row.status]));
    for (const row of rows) expect(row.status).toBe(statuses.get(row.planExecutionId));
    const stages = (row: TruthRow): string[] => row.stages.map(({ id, status }) => `${id} ${status}`).toSorted();
    const answered = new Map(rows.map((row) => [row.planExecutionId, row]));
    for (const row of shown) {
      const nodes = Object.entries(answered.get(row.planExecutionId)?.layoutNodeMap ?? {});
      const begun = nodes.filter(([, node]) => node.nodeGroup === 'STAGE' && node.startTs !== undefined);
      expect(begun.map(([id, { status }]) => `${id} ${status}`).toSorted()).toEqual(stages(row));
    }
    const hidden = new Set(truth.map((row) => row.hidden));
    expect([...hidden].toSorted()).toEqual(
      ['child', 'deleted_pipeline', 'pipeline_rollback', 'superseded', null].toSorted(),
    );
  });

  it('hold every kind of end, and runs that have none yet', async () => {
    await filled({ projects: 1, executions: 5000, to: clock.now() });
    const truth = [...harness.state.truth()];
    const statuses = new Set(truth.map(({ status }) => status));
    for (const status of [
      'Success',
      'Failed',
      'Aborted',
      'Expired',
      'ApprovalRejected',
      'APPROVAL_REJECTED',
      'IgnoreFailed',
      'AbortedByFreeze',
      'Errored',
      'Skipped',
      'Suspended',
      'QuarantinedByPolicy',
      'ApprovalWaiting',
    ])
      expect(statuses).toContain(status);
    expect(truth.some(({ endTs }) => endTs === null)).toBe(true);
    for (const { createdAt, startTs, endTs } of truth) {
      expect(startTs ?? createdAt).toBeGreaterThanOrEqual(createdAt);
      expect(endTs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(startTs ?? createdAt);
    }
    const known = new Map(truth.map((row) => [row.planExecutionId, row]));
    const retries = truth.filter(({ previous }) => previous !== null);
    expect(retries.length).toBeGreaterThan(50);
    for (const { previous, root, pipeline } of retries) {
      expect(known.get(previous ?? '')?.pipeline).toBe(pipeline);
      expect(known.get(previous ?? '')?.hidden).toMatch(/superseded|deleted_pipeline/);
      expect(known.get(root ?? '')?.previous).toBeNull();
    }
  });

  it('are the same on every machine, and cost nothing that is kept', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'plumbline-harness-truth-'));
    try {
      await filled({ projects: 20, executions: 50_000, to: new Date('2026-03-01T00:00:00Z') });
      const file = join(directory, 'truth.jsonl');
      const count = await writeTruth(harness.state.truth(), file);
      const rows = (await readFile(file, 'utf8')).trim().split('\n');
      expect([count, rows.length]).toEqual([50_000, 50_000]);
      const first = JSON.parse(rows[0] ?? '') as TruthRow;
      expect(first).toMatchObject({ organization: 'org1', project: 'p01', runSequence: 1 });
      await harness.close();
      await filled({ projects: 20, executions: 50_000, to: new Date('2026-03-01T00:00:00Z') });
      expect(harness.state.truth().next().value).toEqual(first);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('are found by their id, hidden ones too, and by no other', async () => {
    const token = await filled({ projects: 2, executions: 400 });
    const place = 'orgIdentifier=org1&projectIdentifier=p01';
    const superseded = [...harness.state.truth()].find(
      ({ hidden, project }) => hidden === 'superseded' && project === 'p01',
    );
    const read = async (id: string): Promise<number> =>
      (await ask(harness, `pipeline/api/pipelines/execution/v2/${id}?${place}`, { token })).status;
    const id = superseded?.planExecutionId ?? '';
    expect(await read(id)).toBe(200);
    expect(await read(`x${id.slice(1)}`)).toBe(400);
    expect(await read(id.slice(0, -5) + 'zzzzz')).toBe(400);
  });
});
