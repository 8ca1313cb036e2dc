import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../../../lab/simulators/bitbucket-server/testing.ts';
import { noteRead, type ReportStage, startReportStage, tellOfProject } from '../../../../test/reports/stage.ts';
import {
  analysis,
  branch,
  issue,
  mainBranch,
  metric,
  type SonarqubeStage,
  sonarqubeStage,
} from '../../../../test/support/sonarqube-stage.ts';
import type { IssueRecord } from '../../../connectors/sonarqube/records.ts';

let stage: ReportStage;
let sample: Sample;
let records: SonarqubeStage;
let project: number;
type Pull = Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;
let pull: Pull;
let base: string;

const key = 'com.sonarsource.sonarqube';
const minute = (at: number): string => `2026-03-02T11:${String(at).padStart(2, '0')}:00.000Z`;
const companion = 'companion:ledger:pr-1';
const opened = minute(0);

type Found = Partial<IssueRecord> & { key: string };
const conditions = [
  { metric: 'new_violations', operator: 'GT', threshold: '0' },
  { metric: 'new_technical_debt', operator: 'GT', threshold: '60' },
] as const;

/** What stands in the main project and in the companion, each analysed at a commit. */
async function analysed(wanted: {
  main: { revision: string; at: string; issues: readonly Found[] };
  companion: { revision: string; at: string; issues: readonly Found[]; read?: boolean } | null;
}): Promise<void> {
  const options = { project: 'ledger', integrationId: stage.sonarqube };
  const scopes = [
    { scope: mainBranch, kind: 'branch' as const, name: 'main', isMain: true, ...wanted.main, read: true },
    ...(wanted.companion === null
      ? []
      : [{ scope: companion, kind: 'companion' as const, name: '1', isMain: false, read: true, ...wanted.companion }]),
  ] as const;
  await records.publish(
    [
      {
        stream: 'branches',
        records: scopes.map(({ scope, kind, name, isMain, at }) =>
          branch({ key: scope, kind, name, isMain, analyzedAt: at, gateStatus: 'OK', qualityGate: 'Strict' }),
        ),
      },
      ...scopes.flatMap(({ scope, revision, at, issues }) => [
        {
          stream: 'analyses' as const,
          scope,
          records: [analysis({ key: `${scope} ${at}`, analyzedAt: at, revision, gateStatus: 'OK' })],
        },
        {
          stream: 'issues' as const,
          scope,
          records: issues.map((one) =>
            issue({ path: 'src/a.ts', component: 'x:src/a.ts', createdAt: opened, updatedAt: at, ...one }),
          ),
        },
        { stream: 'hotspots' as const, scope, records: [] },
      ]),
    ],
    options,
  );
  for (const { scope, at, read } of scopes) {
    if (read !== false)
      await noteRead({ db: stage.db, sonarqube: stage.sonarqube }, { slice: 'project:ledger', scope, at });
  }
  await tellOfProject(stage.db, project);
}

beforeAll(async () => {
  stage = await startReportStage();
  records = sonarqubeStage(stage.db);
  sample = await startSample({ contextPath: '/bitbucket' });
  const bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.bot);
  const { repository } = sample;
  const { state } = sample.bitbucket;
  base = repository.git.refs.get('refs/heads/main') ?? '';
  await state.push(repository, { branch: 'feature', from: 'main', files: { 'src/a.ts': lines(20, { 3: 'new' }) } });
  pull = await state.openPullRequest({
    title: 'f',
    from: { repository, branch: 'feature' },
    to: { repository, branch: 'main' },
  });
  await stage.sync(bitbucket);
  project = await stage.project('ledger', 'Ledger');
  const named = [
    metric('new_violations', { name: 'New issues' }),
    metric('new_technical_debt', { name: 'Debt of new code', type: 'WORK_DUR' }),
  ];
  const gate = { key: 'Strict', name: 'Strict', isDefault: true, isBuiltIn: false, caycStatus: null };
  await records.publish(
    [
      { stream: 'metrics', records: named },
      { stream: 'quality_gates', records: [{ ...gate, conditions: [...conditions] }] },
    ],
    { integrationId: stage.sonarqube, phase: 'discovery' },
  );
  await stage.bind({ project, repository: 'PAY/ledger' });
});
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
});

const lying = () => sample.repository.reports.get(pull.from.commit)?.get(key);
const shown = async () =>
  (await sample.bitbucket.state.shownReports(pull)).flatMap(({ annotations }) =>
    annotations.map(({ path, line }) => `${path}:${line}`),
  );
const old = { key: 'old', line: 10, hash: 'h10' };
const kept = { key: 'kept', line: 10, hash: 'h10' };

describe('a report by a companion', () => {
  it('is not written, and passes nothing, before the companion was read', async () => {
    const main = { revision: base, at: minute(1), issues: [old] };
    await analysed({ main, companion: null });
    expect(await stage.reports(1)).toMatchObject([{ state: 'waiting', reason: 'not_analysed' }]);
    const commit = pull.from.commit;
    await analysed({ main, companion: { revision: commit, at: minute(2), issues: [kept], read: false } });
    expect(await stage.reports(1)).toMatchObject([{ state: 'waiting', reason: 'not_read' }]);
    expect(lying()).toBeUndefined();
  });

  it('fails by what is new, shows it on the lines that changed, and says what it was compared with', async () => {
    await analysed({
      main: { revision: base, at: minute(1), issues: [old] },
      companion: {
        revision: pull.from.commit,
        at: minute(3),
        issues: [kept, { key: 'new', line: 3, hash: 'h3' }, { key: 'aside', line: 15, hash: 'h15' }],
      },
    });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', gate: 'ERROR', result: 'FAIL', total: 1 }]);
    expect(await shown()).toEqual(['src/a.ts:3']);
    const report = lying();
    expect(report).toMatchObject({
      title: 'SonarQube quality gate (Plumbline)',
      reporter: 'Plumbline',
      result: 'FAIL',
    });
    expect(report?.link).toContain('ledger%3Apr-1');
    expect(report?.details).toContain(`Compared with the analysis of the merge base ${base.slice(0, 10)}.`);
    expect(report?.details).toContain('New issues: 2 (required <= 0)');
    expect(report?.details).toContain('Not evaluated: Debt of new code.');
    expect(report?.details).toContain('1 new finding is not on changed lines');
  });

  it('passes when what was new is gone, without a stale annotation', async () => {
    await analysed({
      main: { revision: base, at: minute(1), issues: [old] },
      companion: { revision: pull.from.commit, at: minute(4), issues: [kept] },
    });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', gate: 'OK', result: 'PASS', total: 0 }]);
    expect(await shown()).toEqual([]);
  });

  it('knows what was fixed on the main branch meanwhile for old', async () => {
    await analysed({
      main: { revision: 'f'.repeat(40), at: minute(6), issues: [] },
      companion: { revision: pull.from.commit, at: minute(7), issues: [kept] },
    });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', gate: 'OK', result: 'PASS' }]);
  });

  it('does not pass where Bitbucket cut the diff, nor where the gate is not known', async () => {
    sample.bitbucket.faults.add({
      match: { path: 'rest/api/1.0/projects/PAY/repos/ledger/pull-requests/1/diff' },
      times: 1,
      kind: { type: 'edit', edit: (body) => ({ ...body, truncated: true }) },
    });
    const main = { revision: base, at: minute(8), issues: [old] };
    await analysed({ main, companion: { revision: pull.from.commit, at: minute(9), issues: [kept] } });
    const [cut] = await stage.reports(1);
    expect([cut?.gate, cut?.result]).not.toContain('PASS');
    expect(lying()?.result).toBe('FAIL');
    expect(lying()?.details).toContain('Bitbucket cut the diff');
    await stage.db.execute('delete from code_quality.quality_gates');
    await analysed({ main, companion: { revision: pull.from.commit, at: minute(10), issues: [kept] } });
    await stage.settled();
    expect(lying()?.result).toBe('FAIL');
  });
});
