import { describe, expect, it } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import {
  accepted,
  analysis,
  branch,
  fixed,
  hotspot,
  issue,
  measure,
  metric,
  project,
  type SonarqubeStage,
  sonarqubeStage,
} from '../../../test/support/sonarqube-stage.ts';
import { codeQualityRoutes } from './index.ts';

const now = new Date('2026-06-30T12:00:00.000Z');

async function hubWithRoutes(): Promise<{ hub: TestHub; stage: SonarqubeStage }> {
  const hub = await testHub({ now: () => now, routes: (db) => codeQualityRoutes({ db, now: () => now }) });
  await hub.db.execute(
    `insert into integrations.integrations (name, kind, settings) values ('lab', 'sonarqube', '{"url": "https://sonar.example/base"}')`,
  );
  return { hub, stage: sonarqubeStage(hub.db) };
}

/** What a finished run leaves behind. */
async function markRead(hub: TestHub, ...keys: string[]): Promise<void> {
  for (const key of keys)
    await hub.db.execute(
      `insert into ingestion.slices (integration_id, slice, current_published_at) values (1, 'project:' || $1, $2) on conflict do nothing`,
      [key, now],
    );
}

const pullRequest = branch({
  key: 'pull_request:7',
  kind: 'pull_request',
  name: '7',
  isMain: false,
  title: 'Better',
  sourceBranch: 'feature/x',
  target: 'main',
  gateStatus: 'OK',
});

async function fill(stage: SonarqubeStage): Promise<void> {
  await stage.publish([{ stream: 'metrics', records: [metric('coverage', { name: 'Coverage', type: 'PERCENT' })] }], {
    phase: 'discovery',
  });
  await stage.publish(
    [{ stream: 'projects', records: [project(), project({ key: 'empty', name: 'Empty', lastAnalysisAt: null })] }],
    { phase: 'discovery' },
  );
  const condition = {
    metric: 'coverage',
    operator: 'LT',
    threshold: '80',
    actualValue: '50',
    status: 'ERROR',
  } as const;
  const none = {
    metric: 'new_violations',
    operator: 'GT',
    threshold: '0',
    actualValue: null,
    status: 'NO_VALUE',
  } as const;
  await stage.publish([
    { stream: 'branches', records: [branch({ gateStatus: 'ERROR' }), pullRequest] },
    {
      stream: 'analyses',
      records: [analysis({ key: 'k1', revision: '8342643a', gateStatus: 'ERROR', conditions: [condition, none] })],
    },
    { stream: 'analyses', scope: 'pull_request:7', records: [analysis({ key: 'p1', conditions: [none] })] },
    {
      stream: 'measures',
      records: [measure('coverage', '50.0'), measure('vulnerabilities', '3'), measure('bugs', '0')],
    },
    {
      stream: 'issues',
      records: [
        issue({ key: 'a', severity: 'BLOCKER' }),
        issue({ key: 'b', createdAt: '2026-02-01T00:00:00.000Z' }),
        issue({ key: 'c', ...fixed('2026-03-01T00:00:00.000Z') }),
        issue({ key: 'd', ...accepted('2026-03-01T00:00:00.000Z') }),
        issue({ key: 'e', type: 'CODE_SMELL' }),
      ],
    },
    { stream: 'issues', scope: 'pull_request:7', records: [issue({ key: 'pr-a' })] },
    { stream: 'hotspots', records: [hotspot({ key: 'h' })] },
  ]);
  await stage.publish(
    [
      {
        stream: 'measure_history',
        records: [
          { metric: 'coverage', at: '2026-02-01T00:00:00.000Z', value: '40' },
          { metric: 'coverage', at: '2025-02-01T00:00:00.000Z', value: '30' },
        ],
      },
    ],
    { phase: 'history' },
  );
}

describe('what was pasted', () => {
  it('is an issue key or a commit, in whichever integration, also of what is gone', async () => {
    const { hub, stage } = await hubWithRoutes();
    await fill(stage);
    const key = 'AZqT0k8Wb1xY';
    await stage.publish([{ stream: 'issues', records: [issue({ key })] }]);
    const located = async (text: string) =>
      (await hub.call('GET', `/api/v1/located?text=${encodeURIComponent(text)}`)).body;
    expect(await located(key)).toMatchObject({
      findings: [{ key, project: { name: expect.any(String) }, branch: 'main', gone: false }],
      analyses: [],
    });
    // Commits are compared without case, keys exactly.
    expect((await located(key.toLowerCase())).findings).toEqual([]);
    expect((await located('8342643A')).analyses).toMatchObject([{ commit: '8342643a', gate: 'ERROR' }]);
    expect((await located('83426')).analyses).toEqual([]);
    expect((await located('%%%%%%%')).analyses).toEqual([]);
    await hub.db.execute('update code_quality.findings set deleted_at = now() where source_key = $1', [key]);
    expect((await located(key)).findings).toMatchObject([{ gone: true }]);
    expect((await hub.call('GET', `/api/v1/located?text=${key}`, { as: 'nobody' })).status).toBe(401);
  });
});

describe('access', () => {
  it('is refused without sign-in, and a viewer reads', async () => {
    const { hub } = await hubWithRoutes();
    for (const path of [
      'projects',
      'projects/1',
      'projects/1/history?metrics=coverage',
      'projects/1/findings',
      'projects/1/findings/facets',
      'findings',
      'findings/facets',
      'findings/1',
    ])
      expect((await hub.call('GET', `/api/v1/${path}`, { as: 'nobody' })).status).toBe(401);
    expect((await hub.call('GET', '/api/v1/projects', { as: 'viewer' })).status).toBe(200);
  });

  it('is refused for queries that make no sense', async () => {
    const { hub } = await hubWithRoutes();
    for (const path of [
      'projects?sort=colour',
      'projects?page=0',
      'projects?color=1',
      'projects/x',
      'projects/1/findings?status=new',
      'findings?colour=red',
      'findings/facets?facets=colour',
      'findings/facets?limit=1000',
      'findings?sort=colour',
      'findings?format=csv&columns=colour',
      'findings/x',
    ])
      expect((await hub.call('GET', `/api/v1/${path}`)).status, path).toBe(400);
  });
});

describe('projects', () => {
  let hub: TestHub;
  let stage: SonarqubeStage;

  it('show no data as null, never as zero', async () => {
    ({ hub, stage } = await hubWithRoutes());
    await fill(stage);
    await markRead(hub, 'shop');
    const { body } = await hub.call('GET', '/api/v1/projects?sort=key');
    expect(body).toMatchObject({ total: 2, page: 1, pageSize: 50 });
    expect(body.projects[0]).toEqual({
      id: body.projects[0].id,
      updating: false,
      key: 'empty',
      name: 'Empty',
      integration: { id: 1, name: 'lab' },
      gate: null,
      coverage: null,
      duplication: null,
      issues: { security: null, reliability: null, maintainability: null, mode: null },
      openVulnerabilities: null,
      lastAnalysisAt: null,
      deletedAt: null,
      unreadableAt: null,
      leftScopeAt: null,
      duplicateOf: null,
    });
    expect(body.projects[1]).toMatchObject({
      key: 'shop',
      gate: { status: 'ERROR', evaluated: true },
      coverage: 50,
      duplication: null,
      issues: { security: 3, reliability: 0, maintainability: null, mode: 'standard' },
      openVulnerabilities: 2,
      lastAnalysisAt: '2026-01-10T08:00:00.000Z',
    });
  });

  it('are counted by software quality where the server has them', async () => {
    ({ hub, stage } = await hubWithRoutes());
    await fill(stage);
    const records = [measure('software_quality_security_issues', '9'), measure('vulnerabilities', '3')];
    await stage.publish([{ stream: 'measures', records }]);
    const { body } = await hub.call('GET', '/api/v1/projects?search=SHO');
    expect(body.projects[0].issues).toEqual({ security: 9, reliability: null, maintainability: null, mode: 'mqr' });
  });

  it('are paged, sorted and filtered by the server, those without a value last', async () => {
    ({ hub, stage } = await hubWithRoutes());
    const keys = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    await stage.publish(
      [{ stream: 'projects', records: keys.map((key) => project({ key, name: `Name 100%_${key}` })) }],
      {
        phase: 'discovery',
      },
    );
    for (const [index, key] of ['p03', 'p50'].entries())
      await stage.publish(
        [
          { stream: 'branches', records: [branch({ gateStatus: index === 0 ? 'OK' : 'ERROR' })] },
          { stream: 'measures', records: [measure('coverage', String(10 * index))] },
        ],
        { project: key },
      );
    const keysOf = async (query: string): Promise<string[]> =>
      (await hub.call('GET', `/api/v1/projects?${query}`)).body.projects.map((row: { key: string }) => row.key);
    expect(await keysOf('sort=key&page=2')).toEqual(keys.slice(50));
    expect((await keysOf('sort=coverage&direction=desc')).slice(0, 3)).toEqual(['p50', 'p03', 'p00']);
    expect((await keysOf('sort=coverage&direction=asc')).slice(0, 3)).toEqual(['p03', 'p50', 'p00']);
    expect((await keysOf('sort=gate')).slice(0, 2)).toEqual(['p50', 'p03']);
    expect(await keysOf('gate=failed')).toEqual(['p50']);
    expect(await keysOf('gate=passed,failed&sort=key')).toEqual(['p03', 'p50']);
    expect(await keysOf('gate=none&sort=key&page=2')).toEqual(keys.slice(52));
    expect(await keysOf('search=%25_p5&sort=key')).toEqual(keys.slice(50));
    expect(await keysOf('search=%5C')).toEqual([]);
    expect(await keysOf('integration=2')).toEqual([]);
    for (const sort of [
      'name',
      'duplication',
      'security',
      'reliability',
      'maintainability',
      'vulnerabilities',
      'lastAnalysis',
    ])
      expect(await keysOf(`sort=${sort}`)).toHaveLength(50);
    const far = (await hub.call('GET', '/api/v1/projects?page=9')).body;
    expect([far.total, far.projects]).toEqual([60, []]);
  });

  it('the server does not list any more are shown when asked for', async () => {
    ({ hub, stage } = await hubWithRoutes());
    await fill(stage);
    await stage.publish([{ stream: 'projects', records: [project()] }], { phase: 'discovery' });
    const list = async (query: string) => (await hub.call('GET', `/api/v1/projects?${query}`)).body;
    expect((await list('')).projects.map((row: { key: string }) => row.key)).toEqual(['shop']);
    expect((await list('deleted=only')).projects).toMatchObject([{ key: 'empty' }]);
  });

  it('come as a file, whole', async () => {
    ({ hub, stage } = await hubWithRoutes());
    await fill(stage);
    const { text, headers } = await hub.call('GET', '/api/v1/projects?format=csv&sort=key');
    expect(headers['content-type']).toContain('text/csv');
    const lines = text.trim().split('\r\n');
    expect(lines[0]).toBe(
      'key,name,integration,gate,gate_evaluated,coverage,duplication,security_issues,reliability_issues,maintainability_issues,open_vulnerabilities,last_analysis_at',
    );
    expect(lines.slice(1)).toEqual([
      'empty,Empty,lab,,,,,,,,,',
      'shop,Shop,lab,ERROR,true,50,,3,0,,,2026-01-10T08:00:00.000Z',
    ]);
  });
});

describe('one project', () => {
  it('shows its gate with what was not evaluated, measures, branches, pull requests and completeness', async () => {
    const { hub, stage } = await hubWithRoutes();
    await fill(stage);
    await markRead(hub, 'shop');
    const run = await hub.db.one<{ id: number }>(
      "insert into ingestion.runs (integration_id, kind, status, requested_by) values (1, 'backfill', 'success', 'test') returning id",
    );
    const task = await hub.db.one<{ id: number }>(
      "insert into ingestion.tasks (run_id, integration_id, slice, phase, host_key, priority) values ($1, 1, 'project:shop', 'current', 'h', 0) returning id",
      [run.id],
    );
    for (const stored of [1, 5])
      await hub.db.execute(
        `insert into ingestion.completeness (task_id, integration_id, slice, scope, stream, outcome, source_count, stored_count, method, proof)
         values ($1, 1, 'project:shop', 'branch:main-id', 'issues', 'complete', 5, $2, 'api/issues/list', 'counts_equal')`,
        [task.id, stored],
      );
    const { id } = (await hub.call('GET', '/api/v1/projects?search=shop')).body.projects[0];
    const { body } = await hub.call('GET', `/api/v1/projects/${id}`, { as: 'viewer' });
    expect(body).toMatchObject({
      key: 'shop',
      link: 'https://sonar.example/base/dashboard?id=shop',
      gateName: 'Sonar way',
      gate: { status: 'ERROR', evaluated: true },
      readAt: now.toISOString(),
    });
    expect(
      body.conditions.map((row: Record<string, unknown>) => [
        row['metric'],
        row['name'],
        row['verdict'],
        row['actual'],
      ]),
    ).toEqual([
      ['coverage', 'Coverage', 'failed', '50'],
      ['new_violations', 'new_violations', 'not_evaluated', null],
    ]);
    expect(body.measures.map((row: Record<string, unknown>) => [row['metric'], row['number']])).toEqual([
      ['bugs', 0],
      ['coverage', 50],
      ['vulnerabilities', 3],
    ]);
    expect(body.branches).toMatchObject([{ name: 'main', isMain: true, openIssues: 3, openVulnerabilities: 2 }]);
    expect(body.pullRequests).toMatchObject([
      {
        name: '7',
        title: 'Better',
        gate: { status: 'OK', evaluated: false },
        openIssues: 1,
        link: 'https://sonar.example/base/dashboard?id=shop&pullRequest=7',
      },
    ]);
    expect(body.analyses).toHaveLength(2);
    expect(body.completeness).toMatchObject([{ stream: 'issues', branch: 'main', source: 5, stored: 5 }]);
  });

  it('shows all conditions of the gate in force, also those that were not evaluated', async () => {
    const { hub, stage } = await hubWithRoutes();
    await fill(stage);
    const { id } = (await hub.call('GET', '/api/v1/projects?search=shop')).body.projects[0];
    const shown = async (): Promise<unknown> => {
      const { body } = await hub.call('GET', `/api/v1/projects/${id}`, { as: 'viewer' });
      return body.conditions?.map((row: Record<string, unknown>) => [row['metric'], row['verdict'], row['threshold']]);
    };
    const conditions = [
      { metric: 'coverage', operator: 'LT', threshold: '85' },
      { metric: 'new_duplicated_lines_density', operator: 'GT', threshold: '3' },
    ];
    const gate = {
      key: 'Sonar way',
      name: 'Sonar way',
      isDefault: true,
      isBuiltIn: true,
      caycStatus: null,
      conditions,
    };
    await stage.publish([{ stream: 'quality_gates', records: [gate] }], { phase: 'discovery' });
    expect(await shown()).toEqual([
      ['coverage', 'failed', '80'],
      ['new_duplicated_lines_density', 'not_evaluated', '3'],
      ['new_violations', 'not_evaluated', '0'],
    ]);
    const unevaluated = analysis({ key: 'k2', analyzedAt: '2026-11-19T08:00:00.000Z', conditions: [] });
    await stage.publish([{ stream: 'analyses', records: [unevaluated] }]);
    expect(await shown()).toEqual([
      ['coverage', 'not_evaluated', '85'],
      ['new_duplicated_lines_density', 'not_evaluated', '3'],
    ]);
    expect(
      await hub.db.query(
        'select metric_key, threshold, verdict from data.sonarqube_gate_conditions_in_force where project_id = $1 order by 1',
        [id],
      ),
    ).toEqual([
      { metric_key: 'coverage', threshold: '85', verdict: 'not_evaluated' },
      { metric_key: 'new_duplicated_lines_density', threshold: '3', verdict: 'not_evaluated' },
    ]);
  });

  it('that is not there says so', async () => {
    const { hub } = await hubWithRoutes();
    for (const path of ['', '/history?metrics=coverage', '/findings'])
      expect((await hub.call('GET', `/api/v1/projects/99${path}`)).status).toBe(404);
  });

  it('has no measures, branches or conditions before it was read', async () => {
    const { hub, stage } = await hubWithRoutes();
    await fill(stage);
    const { id } = (await hub.call('GET', '/api/v1/projects?search=empty')).body.projects[0];
    const { body } = await hub.call('GET', `/api/v1/projects/${id}`);
    expect(body).toMatchObject({
      gate: null,
      conditions: null,
      measures: [],
      branches: [],
      analyses: [],
      readAt: null,
    });
    expect((await hub.call('GET', `/api/v1/projects/${id}/findings`)).body).toMatchObject({ findings: [], total: 0 });
    expect((await hub.call('GET', `/api/v1/projects/${id}/history?metrics=coverage`)).body).toMatchObject({
      series: [],
    });
  });
});

describe('history and findings', () => {
  it('history has one point per analysis, in the range, gaps left out', async () => {
    const { hub, stage } = await hubWithRoutes();
    await fill(stage);
    const { id } = (await hub.call('GET', '/api/v1/projects?search=shop')).body.projects[0];
    const path = `/api/v1/projects/${id}/history?metrics=coverage,unknown`;
    const { body } = await hub.call('GET', path);
    expect([body.from, body.to]).toEqual(['2025-12-30', '2026-06-30']);
    expect(body.series).toEqual([
      {
        metric: 'coverage',
        name: 'Coverage',
        type: 'PERCENT',
        direction: -1,
        points: [{ at: '2026-02-01T00:00:00.000Z', value: '40', number: 40 }],
      },
    ]);
    expect(body.analyses).toMatchObject([{ revision: '8342643a', gate: { status: 'ERROR' } }]);
    const wide = await hub.call('GET', `${path}&from=2025-01-01&to=2026-02-01`);
    expect(wide.body.series[0].points).toHaveLength(2);
    const csv = await hub.call('GET', `${path}&format=csv`);
    expect(csv.text).toBe('metric,analyzed_at,value\r\ncoverage,2026-02-01T00:00:00.000Z,40\r\n');
  });

  it('findings are filtered, sorted and linked', async () => {
    const { hub, stage } = await hubWithRoutes();
    await fill(stage);
    const { id } = (await hub.call('GET', '/api/v1/projects?search=shop')).body.projects[0];
    const keys = async (query: string): Promise<string[]> => {
      const { body } = await hub.call('GET', `/api/v1/projects/${id}/findings?${query}`);
      expect(body.total).toBe(body.findings.length);
      return body.findings.map((row: { key: string }) => row.key);
    };
    expect((await keys('')).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'h']);
    expect(await keys('status=open&type=vulnerability')).toEqual(['a', 'b']);
    expect(await keys('status=open&type=vulnerability&sort=created')).toEqual(['b', 'a']);
    expect(await keys('status=accepted,fixed&sort=updated&direction=asc')).toHaveLength(2);
    expect(await keys('severity=critical')).toEqual(['a']);
    expect(await keys('type=hotspot')).toEqual(['h']);
    expect(await keys('status=gone')).toEqual([]);
    const branches = (await hub.call('GET', `/api/v1/projects/${id}`)).body;
    expect(await keys(`branch=${branches.pullRequests[0].id}`)).toEqual(['pr-a']);
    const { body } = await hub.call('GET', `/api/v1/projects/${id}/findings?branch=${branches.pullRequests[0].id}`);
    expect(body.findings[0].link).toBe(
      'https://sonar.example/base/project/issues?id=shop&pullRequest=7&issues=pr-a&open=pr-a',
    );
    expect((await hub.call('GET', `/api/v1/projects/${id}/findings?branch=999`)).status).toBe(404);
  });
});
