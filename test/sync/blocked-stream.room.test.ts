import { afterEach, describe, expect, it } from 'vitest';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { daysBefore, expectNothingMissed, startSyncedSource, type SyncedSource, syncWell } from './simulated-source.ts';

let source: SyncedSource;
afterEach(() => source?.close());

const rules = someRules(6);
const projects = ['a', 'b', 'c'];

async function begin(): Promise<void> {
  source = await startSyncedSource({
    scenario: (state) => {
      for (const key of projects)
        state.addProject({
          key,
          analyses: [{ at: daysBefore(3), issues: { count: 30, rules }, hotspots: [{ line: 3 }, { line: 9 }] }],
        });
    },
  });
}

const block = (path: string, project?: string): void =>
  source.server.faults.add({
    match: { path, ...(project === undefined ? {} : { project }) },
    kind: { type: 'blocked' },
    times: Number.POSITIVE_INFINITY,
  });

const about = (requests: readonly string[], project: string): string[] =>
  requests.filter((request) => request.includes(`"${project}"`)).map((request) => request.split(' ')[0] as string);

const unfinished = (): Promise<{ slice: string; hours: number; unread: unknown }[]> =>
  source.db.query(
    `select slice, round(extract(epoch from not_before - now()) / 3600)::int as hours, unread from ingestion.sync_wants
      where wanted_generation > done_generation and phase = 'current' order by slice`,
  );

const measures = (): Promise<{ n: number }> =>
  source.db.one('select count(*) as n from code_quality.measures where measured_at is null');

describe('a stream that a proxy blocks for every project', () => {
  it('costs one question a project, is asked for ever more seldom, and nothing else is listed because of it', async () => {
    await begin();
    block('api/measures/component');
    expect((await source.sync()).run).toMatchObject({ status: 'partial', error: { code: 'endpoint_unavailable' } });
    const idle = (await source.sync()).requests.filter(
      (request) => !projects.some((key) => request.includes(`"${key}"`)),
    );
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const { run, requests } = await source.sync();
      expect(run).toMatchObject({ status: 'partial', error: { code: 'endpoint_unavailable' } });
      for (const key of projects) expect(about(requests, key)).toEqual(['api/measures/component']);
      expect(requests.length).toBeLessThanOrEqual(idle.length + 3);
      waits.push((await unfinished())[0]?.hours ?? -1);
    }
    expect(waits).toEqual([2, 4, 8, 16]);
    const scope = expect.stringMatching(/^branch:/);
    expect((await unfinished()).map(({ unread }) => unread)).toEqual(
      projects.map(() => [{ stream: 'measures', scope }]),
    );
  });

  it('is read as soon as it answers, and only it', async () => {
    await begin();
    block('api/measures/component');
    await source.sync();
    expect(await measures()).toEqual({ n: 0 });
    source.server.faults.clear();
    const { run, requests } = await source.sync();
    expect(run.status).toBe('success');
    for (const key of projects)
      expect(new Set(about(requests, key))).toEqual(
        new Set([
          'api/measures/component',
          'api/project_branches/list',
          'api/project_pull_requests/list',
          'api/qualitygates/get_by_project',
        ]),
      );
    expect((await measures()).n).toBeGreaterThan(10);
    expect(await unfinished()).toEqual([]);
    await expectNothingMissed(source);
  });
});

describe('a branch of which a stream is blocked', () => {
  it('and that is deleted meanwhile is waited for no longer', async () => {
    await begin();
    source.server.state.addBranch('a', {
      name: 'feature',
      analyses: [{ at: daysBefore(4), issues: { count: 5, rules } }],
    });
    source.server.faults.add({
      match: { path: 'api/measures/component', query: { branch: 'feature' } },
      kind: { type: 'blocked' },
      times: Number.POSITIVE_INFINITY,
    });
    expect((await source.sync()).run).toMatchObject({ status: 'partial', error: { code: 'endpoint_unavailable' } });
    expect(await unfinished()).toMatchObject([{ slice: 'project:a', unread: [{ stream: 'measures' }] }]);
    source.server.state.deleteBranch('a', 'feature');
    expect((await source.sync()).run).toMatchObject({ status: 'success', error: null });
    expect(await unfinished()).toEqual([]);
    await expectNothingMissed(source);
  });
});

describe('hotspots that are refused for one project', () => {
  it('are asked for again though nothing moved, without its issues being listed whole', async () => {
    await begin();
    block('api/hotspots/*', 'b');
    expect((await source.sync()).run.status).toBe('partial');
    const again = await source.sync();
    expect(about(again.requests, 'a')).toEqual([]);
    expect(about(again.requests, 'b')).toContain('api/hotspots/search');
    expect(about(again.requests, 'b')).not.toContain('api/issues/list');
    source.server.faults.clear();
    expect((await source.sync()).run.status).toBe('success');
    await expectNothingMissed(source);
  });

  it('are read with everything else when the project is analysed meanwhile', async () => {
    await begin();
    block('api/measures/component', 'b');
    await source.sync();
    source.clock.advance(5);
    source.server.state.addAnalysis('b', { at: source.clock.now(), version: '2', close: 4 });
    source.clock.advance(5);
    const { requests } = await source.sync();
    expect(about(requests, 'b').length).toBeGreaterThan(4);
    source.server.faults.clear();
    await syncWell(source);
    await expectNothingMissed(source);
  });
});

describe('branches that are refused', () => {
  it('hide everything else: the project is read whole when they are shown again', async () => {
    await begin();
    const body = JSON.stringify({ errors: [{ msg: 'Insufficient privileges' }] });
    source.server.faults.add({
      match: { path: 'api/project_branches/list', project: 'c' },
      kind: { type: 'status', status: 403, body, contentType: 'application/json' },
      times: Number.POSITIVE_INFINITY,
    });
    expect((await source.sync()).run).toMatchObject({ status: 'partial', error: { code: 'invalid_permissions' } });
    expect(await unfinished()).toMatchObject([{ slice: 'project:c', unread: null }]);
    source.server.faults.clear();
    await syncWell(source);
    await expectNothingMissed(source);
  });
});
