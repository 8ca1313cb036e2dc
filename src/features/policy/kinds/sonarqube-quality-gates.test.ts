import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../../domain/verdict.ts';
import { type Analysis, defaultSettings, type Platform, type PolicySettings, type RequiredProject } from '../model.ts';
import { judgeImage } from './sonarqube-quality-gates.ts';

const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const other = '3b6349e918033904a8099a3de9c5230b4ab821b3';
const repositoryKey = 'git.example.com/team/checkout';

const platform = (changes: Partial<Platform> = {}): Platform => ({
  id: 1,
  digest: 'sha256:1',
  name: 'linux/amd64',
  outcome: 'resolved',
  trust: 'builder',
  repositoryKey,
  repositoryUrl: `https://${repositoryKey}`,
  repositoryKnown: true,
  commit,
  commitExact: true,
  dirty: false,
  ref: 'main',
  subdir: null,
  inherited: false,
  warnings: [],
  narrowedTo: null,
  ...changes,
});

let lastId = 0;
const analysis = (changes: Partial<Analysis> = {}): Analysis => ({
  id: ++lastId,
  integrationId: 1,
  integrationName: 'sonar',
  projectId: 1,
  projectKey: 'checkout',
  projectName: 'Checkout',
  projectDeletedAt: null,
  repository: null,
  directory: null,
  scope: 'branch',
  branch: 'main',
  isMain: true,
  revision: commit,
  analyzedAt: '2026-11-20T10:00:00.000Z',
  changedAt: '2026-11-20T10:00:00.000Z',
  gateStatus: 'OK',
  gateEvaluated: true,
  ignoredConditions: false,
  conditions: [],
  ...changes,
});

/** Of a project that its server has no more. */
const deleted = (changes: Partial<Analysis> = {}): Analysis =>
  analysis({ projectId: 9, projectKey: 'former', projectDeletedAt: '2026-11-22T00:00:00.000Z', ...changes });

const failing = (changes: Partial<Analysis> = {}): Analysis => analysis({ gateStatus: 'ERROR', ...changes });

interface Case {
  platforms?: Platform[];
  analyses?: Analysis[];
  required?: RequiredProject[];
  settings?: Partial<PolicySettings>;
  problem?: ReasonCode | null;
}

const judge = ({ platforms = [platform()], analyses = [], required = [], settings = {}, problem = null }: Case) =>
  judgeImage(
    { platforms, required, problem },
    (wanted, exact) => analyses.filter(({ revision }) => (exact ? revision === wanted : revision.startsWith(wanted))),
    { ...defaultSettings, ...settings },
  );

describe('the verdict on one platform', () => {
  const cases: [string, Case, ReasonCode][] = [
    ['every gate is OK', { analyses: [analysis(), analysis({ projectId: 2, projectKey: 'api' })] }, 'GATES_PASSED'],
    ['one of two gates is ERROR', { analyses: [analysis(), failing({ projectId: 2 })] }, 'GATE_FAILED'],
    ['a gate warns', { analyses: [analysis({ gateStatus: 'WARN' })] }, 'GATE_WARN'],
    [
      'a warning is to fail',
      { analyses: [analysis({ gateStatus: 'WARN' })], settings: { warnFails: true } },
      'GATE_FAILED',
    ],
    ['no gate was computed', { analyses: [analysis({ gateStatus: 'NONE' })] }, 'GATE_NOT_COMPUTED'],
    ['the server says nothing of a gate', { analyses: [analysis({ gateStatus: null })] }, 'GATE_NOT_COMPUTED'],
    ['an OK gate evaluated nothing', { analyses: [analysis({ gateEvaluated: false })] }, 'GATES_PASSED'],
    [
      'an OK gate evaluated nothing, and that is to be no data',
      { analyses: [analysis({ gateEvaluated: false })], settings: { notEvaluatedIsNoData: true } },
      'GATE_NOT_EVALUATED',
    ],
    [
      'it is unknown whether the gate evaluated anything: that is no proof against it',
      { analyses: [analysis({ gateEvaluated: null })], settings: { notEvaluatedIsNoData: true } },
      'GATES_PASSED',
    ],
    ['the gate passed in a deleted project', { analyses: [deleted()] }, 'PROJECT_DELETED'],
    ['the gate warned in a deleted project', { analyses: [deleted({ gateStatus: 'WARN' })] }, 'PROJECT_DELETED'],
    ['a project that is there passed at the same commit', { analyses: [deleted(), analysis()] }, 'GATES_PASSED'],
    [
      'the gate failed in a deleted project, and passed in one that is there',
      { analyses: [deleted({ gateStatus: 'ERROR' }), analysis()] },
      'GATE_FAILED',
    ],
    [
      'no gate was computed in a deleted project',
      { analyses: [deleted({ gateStatus: 'NONE' }), analysis()] },
      'GATE_NOT_COMPUTED',
    ],
    [
      'the deleted project is demanded, whatever else passed',
      {
        analyses: [deleted(), analysis()],
        required: [
          { projectKey: 'former', integrationId: null },
          { projectKey: 'checkout', integrationId: null },
        ],
      },
      'PROJECT_DELETED',
    ],
    [
      'the demanded key is that of a project that is there, too',
      {
        analyses: [deleted({ projectKey: 'checkout' }), analysis()],
        required: [{ projectKey: 'checkout', integrationId: null }],
      },
      'GATES_PASSED',
    ],
    ['nothing was analysed at the commit', {}, 'NO_ANALYSIS'],
    ['only another commit was analysed', { analyses: [analysis({ revision: other })] }, 'NO_ANALYSIS'],
    ['the tree was dirty', { platforms: [platform({ dirty: true })], analyses: [analysis()] }, 'SOURCE_DIRTY'],
    [
      'the tree was dirty, and may be',
      { platforms: [platform({ dirty: true })], analyses: [analysis()], settings: { allowDirty: true } },
      'GATES_PASSED',
    ],
    [
      'an index claim counts for the platform',
      { platforms: [platform({ inherited: true })], analyses: [analysis()] },
      'GATES_PASSED',
    ],
    ...(
      [
        'NO_PROVENANCE',
        'PROVENANCE_WITHOUT_VCS',
        'PROVENANCE_INVALID',
        'PROVENANCE_CONFLICT',
        'PROVENANCE_UNTRUSTED',
        'REVISION_NOT_A_COMMIT',
      ] as const
    ).map((outcome): [string, Case, ReasonCode] => [
      `the claims come to ${outcome}`,
      { platforms: [platform({ outcome, commit: null })], analyses: [failing()] },
      outcome,
    ]),
    [
      'the beginning of one commit',
      { platforms: [platform({ commit: '890590b', commitExact: false })], analyses: [analysis()] },
      'GATES_PASSED',
    ],
    [
      'the beginning of two commits',
      {
        platforms: [platform({ commit: '890590b', commitExact: false })],
        analyses: [analysis(), analysis({ revision: `890590b${'0'.repeat(33)}` })],
      },
      'REVISION_AMBIGUOUS',
    ],
    [
      'the beginning of two commits, one of them of another repository',
      {
        platforms: [platform({ commit: '890590b', commitExact: false })],
        analyses: [
          analysis(),
          failing({ revision: `890590b${'0'.repeat(33)}`, repository: { key: 'git.example.com/x/y', source: 'link' } }),
        ],
      },
      'GATES_PASSED',
    ],
    [
      'the commit was analysed in another repository’s project only',
      { analyses: [failing({ repository: { key: 'git.example.com/fork/checkout', source: 'binding' } })] },
      'REPOSITORY_MISMATCH',
    ],
    [
      'a label of an unknown repository without an analysis: it may be the base image’s',
      { platforms: [platform({ trust: 'label', repositoryKnown: false })] },
      'NO_PROVENANCE',
    ],
    [
      'a builder’s claim of an unknown repository without an analysis: it is no base image’s',
      { platforms: [platform({ repositoryKnown: false })] },
      'NO_ANALYSIS',
    ],
    [
      'a label of an unknown repository whose commit was analysed elsewhere',
      {
        platforms: [platform({ trust: 'label', repositoryKnown: false })],
        analyses: [failing({ repository: { key: 'git.example.com/fork/checkout', source: 'binding' } })],
      },
      'REPOSITORY_MISMATCH',
    ],
    [
      'no commit at all, whatever was analysed',
      { platforms: [platform({ commit: null })], analyses: [analysis()] },
      'NO_ANALYSIS',
    ],
    ['a label of a known repository', { platforms: [platform({ trust: 'label' })] }, 'NO_ANALYSIS'],
    [
      'a label whose commit was analysed',
      { platforms: [platform({ trust: 'label', repositoryKnown: false })], analyses: [analysis()] },
      'GATES_PASSED',
    ],
  ];
  it.each(cases)('%s', (_, given, reason) => {
    expect(judge(given).reason).toBe(reason);
  });

  it('shows what is to be known of its claim: flags that are known, and a dirty tree', () => {
    const flagsOf = (given: Case) => judge(given).platforms[0]?.flags;
    const warnings = ['CLAIMS_DIFFER', 'nobody knows this', 'toString'];
    expect(flagsOf({ platforms: [platform({ warnings })] })).toEqual(['CLAIMS_DIFFER']);
    const dirty = judge({ platforms: [platform({ dirty: true, warnings })], analyses: [analysis()] });
    expect(dirty.platforms[0]).toMatchObject({ flags: ['CLAIMS_DIFFER', 'SOURCE_DIRTY'], projects: [] });
    expect(dirty.platforms[0]?.claim).toMatchObject({ commit, trust: 'builder' });
  });

  it('shows that a gate warns, and of a gate that is not OK not that it evaluated nothing', () => {
    const flagsOf = (changes: Partial<Analysis>) =>
      judge({ analyses: [analysis(changes)] }).platforms[0]?.projects[0]?.flags;
    expect(flagsOf({ gateStatus: 'WARN', gateEvaluated: false })).toEqual(['GATE_WARN']);
    expect(flagsOf({ gateStatus: 'ERROR', gateEvaluated: false })).toEqual([]);
    expect(flagsOf({})).toEqual([]);
  });

  it('shows that a gate evaluated nothing beside its OK', () => {
    const verdict = judge({ analyses: [analysis({ gateEvaluated: false, ignoredConditions: true })] });
    expect(verdict.platforms[0]?.projects[0]?.flags).toEqual(['GATE_NOT_EVALUATED', 'CONDITIONS_IGNORED']);
  });

  it('keeps the conditions of the gate as evidence', () => {
    const conditions = [
      { metric: 'coverage', name: 'Coverage', operator: 'LT', threshold: '80', actualValue: '42.0', status: 'ERROR' },
    ];
    const verdict = judge({ analyses: [failing({ conditions })] });
    expect(verdict.platforms[0]?.projects[0]).toMatchObject({ projectKey: 'checkout', analysis: { conditions } });
  });
});

describe('which analyses count', () => {
  const chosen = (given: Case) => judge(given).platforms[0]?.projects.map((project) => project.analysis?.id);

  it('takes the projects of the repository where one is known, else those nobody has mapped', () => {
    const mapped = analysis({ projectId: 1, repository: { key: repositoryKey, source: 'mapping' } });
    const unmapped = failing({ projectId: 2 });
    const foreign = failing({ projectId: 3, repository: { key: 'git.example.com/fork/checkout', source: 'link' } });
    expect(chosen({ analyses: [mapped, unmapped, foreign] })).toEqual([mapped.id]);
    expect(chosen({ analyses: [unmapped, foreign] })).toEqual([unmapped.id]);
  });

  it('takes every project where the claim names no repository', () => {
    const analyses = [
      analysis({ projectId: 1, projectKey: 'a' }),
      failing({ projectId: 2, projectKey: 'b', repository: { key: 'git.example.com/fork/checkout', source: 'link' } }),
    ];
    const given = { platforms: [platform({ repositoryKey: null })], analyses };
    expect(chosen(given)).toEqual(analyses.map(({ id }) => id));
  });

  it('never takes a pull request’s or a companion’s analysis for a branch’s', () => {
    const pullRequest = failing({ scope: 'pull_request', branch: '7', analyzedAt: '2026-11-21T10:00:00.000Z' });
    const branch = analysis();
    expect(judge({ analyses: [pullRequest, branch] }).reason).toBe('GATES_PASSED');
    const alone = judge({ analyses: [pullRequest] });
    expect(alone.reason).toBe('GATE_FAILED');
    expect(alone.platforms[0]?.projects[0]?.flags).toEqual(['PULL_REQUEST_ANALYSIS']);
    const companion = judge({ analyses: [analysis({ scope: 'companion' })] });
    expect(companion.platforms[0]?.projects[0]?.flags).toEqual(['COMPANION_ANALYSIS']);
    const refused = { settings: { usePullRequests: false } };
    expect(judge({ analyses: [pullRequest], ...refused }).reason).toBe('NO_ANALYSIS');
    expect(judge({ analyses: [failing({ scope: 'companion' })], ...refused }).reason).toBe('NO_ANALYSIS');
    expect(judge({ analyses: [{ ...pullRequest, projectId: 2 }, branch], ...refused }).reason).toBe('GATES_PASSED');
  });

  it('prefers the main branch, then the newest word on the commit, whatever came last', () => {
    const main = analysis();
    const release = failing({ isMain: false, branch: 'release', analyzedAt: '2026-11-21T10:00:00.000Z' });
    expect(chosen({ analyses: [release, main] })).toEqual([main.id]);
    const late = analysis({ analyzedAt: '2026-11-20T09:00:00.000Z', changedAt: '2026-11-20T09:00:00.000Z' });
    expect(chosen({ analyses: [main, late] })).toEqual([main.id]);
    const turned = failing({ analyzedAt: late.analyzedAt, changedAt: '2026-11-22T09:00:00.000Z' });
    expect(chosen({ analyses: [main, late, turned] })).toEqual([turned.id]);
    const twin = failing();
    expect(chosen({ analyses: [main, twin] })).toEqual([twin.id]);
  });

  it('keeps equal keys of two integrations apart', () => {
    const verdict = judge({ analyses: [analysis(), failing({ integrationId: 2, projectId: 9 })] });
    expect(verdict.reason).toBe('GATE_FAILED');
    expect(verdict.platforms[0]?.projects).toHaveLength(2);
  });

  it('names projects by their keys, equal ones by their integrations', () => {
    const analyses = [
      analysis({ projectId: 1, projectKey: 'b' }),
      analysis({ projectId: 2, projectKey: 'a', integrationId: 10 }),
      analysis({ projectId: 3, projectKey: 'a', integrationId: 9 }),
    ];
    expect(chosen({ analyses })).toEqual([analyses[2]?.id, analyses[1]?.id, analyses[0]?.id]);
    expect(chosen({ analyses: analyses.toReversed() })).toEqual(chosen({ analyses }));
  });

  it('in a mono repository takes none that says nothing of its directory while another holds what was built', () => {
    const a = analysis({ projectId: 1, projectKey: 'a', directory: '/svc/a/' });
    const silent = failing({ projectId: 2, projectKey: 'b' });
    for (const subdir of ['svc/a', '././svc/a/', '//svc/a', '/./svc/a/image'])
      expect(chosen({ platforms: [platform({ subdir })], analyses: [a, silent] }), subdir).toEqual([a.id]);
    expect(chosen({ platforms: [platform({ subdir: 'svc/b' })], analyses: [a, silent] })).toEqual([a.id, silent.id]);
    expect(chosen({ platforms: [platform({ subdir: 'svc/b' })], analyses: [silent] })).toEqual([silent.id]);
  });

  it('in a mono repository takes the projects whose directory holds what was built, else all', () => {
    const a = analysis({ projectId: 1, projectKey: 'a', directory: 'svc/a' });
    const b = failing({ projectId: 2, projectKey: 'b', directory: '/svc/b/' });
    const analyses = [a, b];
    expect(chosen({ platforms: [platform({ subdir: 'svc/a/image' })], analyses })).toEqual([a.id]);
    expect(chosen({ platforms: [platform({ subdir: './svc/a' })], analyses })).toEqual([a.id]);
    expect(chosen({ platforms: [platform({ subdir: 'svc/ab' })], analyses })).toEqual([a.id, b.id]);
    expect(chosen({ analyses })).toEqual([a.id, b.id]);
    const root = analysis({ projectId: 3, projectKey: 'root', directory: '' });
    expect(chosen({ platforms: [platform({ subdir: 'svc/a' })], analyses: [...analyses, root] })).toEqual([
      a.id,
      root.id,
    ]);
  });

  it('demands what the operator’s mapping names, and names what is missing', () => {
    const required = [
      { projectKey: 'checkout', integrationId: null },
      { projectKey: 'api', integrationId: 2 },
    ];
    const analyses = [
      analysis(),
      failing({ projectId: 2, projectKey: 'unrelated' }),
      failing({ projectId: 3, projectKey: 'api' }),
    ];
    const verdict = judge({ required, analyses });
    expect(verdict.reason).toBe('NO_ANALYSIS');
    expect(verdict.platforms[0]?.projects.map(({ projectKey, reason }) => [projectKey, reason])).toEqual([
      ['checkout', 'GATES_PASSED'],
      ['api', 'NO_ANALYSIS'],
    ]);
    expect(verdict.platforms[0]?.projects[1]).toMatchObject({ flags: [], analysis: null });
    const failed = judge({ required, analyses: [failing()] });
    expect(failed.reason).toBe('GATE_FAILED');
    const both = judge({
      required,
      analyses: [analysis(), analysis({ projectId: 4, projectKey: 'api', integrationId: 2 })],
    });
    expect([both.reason, both.platforms[0]?.projects.length]).toEqual(['GATES_PASSED', 2]);
  });

  it('takes what the claim may be narrowed to where nothing was analysed at what it names', () => {
    const tagged = platform({ commit: other, narrowedTo: commit });
    const verdict = judge({ platforms: [tagged], analyses: [analysis()] });
    expect([verdict.reason, verdict.platforms[0]?.flags]).toEqual(['GATES_PASSED', ['HINTED_COMMIT']]);
    expect(verdict.platforms[0]?.claim?.commit).toBe(other);
    const analysed = judge({ platforms: [tagged], analyses: [analysis(), failing({ revision: other })] });
    expect([analysed.reason, analysed.platforms[0]?.flags]).toEqual(['GATE_FAILED', []]);
    const foreign = judge({
      platforms: [tagged],
      analyses: [analysis({ repository: { key: 'git.example.com/fork/checkout', source: 'link' } })],
    });
    expect([foreign.reason, foreign.platforms[0]?.flags]).toEqual(['NO_ANALYSIS', []]);
    // A hint is a whole commit: its beginning names none.
    const short = judge({ platforms: [platform({ commit: other, narrowedTo: '890590b' })], analyses: [analysis()] });
    expect([short.reason, short.platforms[0]?.flags]).toEqual(['NO_ANALYSIS', []]);
    const demanded = judge({ platforms: [tagged], required: [{ projectKey: 'checkout', integrationId: null }] });
    expect([demanded.reason, demanded.platforms[0]?.flags]).toEqual(['NO_ANALYSIS', []]);
    const unhinted = judge({ platforms: [platform({ commit: other })], analyses: [analysis()] });
    expect([unhinted.reason, unhinted.platforms[0]?.flags]).toEqual(['NO_ANALYSIS', []]);
  });

  it('takes it also where the projects are demanded, and where a beginning is that of several commits', () => {
    const required = [{ projectKey: 'checkout', integrationId: null }];
    const demanded = judge({
      platforms: [platform({ commit: other, narrowedTo: commit })],
      analyses: [analysis()],
      required,
    });
    expect([demanded.reason, demanded.platforms[0]?.flags]).toEqual(['GATES_PASSED', ['HINTED_COMMIT']]);
    const short = platform({ commit: '890590b', commitExact: false, narrowedTo: commit });
    const twins = [analysis(), failing({ revision: `890590b${'0'.repeat(33)}` })];
    expect(judge({ platforms: [short], analyses: twins }).reason).toBe('GATES_PASSED');
    const mismatch = [
      failing({ revision: other, repository: { key: 'git.example.com/x/y', source: 'link' } }),
      analysis(),
    ];
    expect(judge({ platforms: [platform({ commit: other, narrowedTo: commit })], analyses: mismatch }).reason).toBe(
      'REPOSITORY_MISMATCH',
    );
  });
});

describe('the verdict on an image', () => {
  const amd = platform();
  const arm = platform({ id: 2, digest: 'sha256:2', name: 'linux/arm64', commit: other });
  it('is that of its worst platform and names it', () => {
    const verdict = judge({ platforms: [amd, arm], analyses: [analysis(), failing({ revision: other })] });
    expect(verdict).toMatchObject({ status: 'failed', message: 'A quality gate failed. On linux/arm64 only.' });
    expect(verdict.platforms.map(({ status }) => status)).toEqual(['passed', 'failed']);
  });
  it('is no data where one platform has none, and failed before that', () => {
    const bare = platform({ id: 2, name: null, digest: 'sha256:2', outcome: 'NO_PROVENANCE', commit: null });
    const passed = judge({ platforms: [amd, bare], analyses: [analysis()] });
    expect(passed).toMatchObject({ status: 'no_data', reason: 'NO_PROVENANCE' });
    expect(passed.message).toMatch(/On sha256:2 only/);
    expect(judge({ platforms: [amd, bare], analyses: [failing()] }).status).toBe('failed');
  });
  it('names no platform when it is that of all, and all it is of when it is that of some', () => {
    const both = judge({ platforms: [amd, arm], analyses: [failing(), failing({ revision: other })] });
    expect(both.message).toBe('A quality gate failed.');
    const third = platform({ id: 3, digest: 'sha256:3', name: 'linux/s390x', commit: other });
    const some = judge({ platforms: [amd, arm, third], analyses: [analysis(), failing({ revision: other })] });
    expect(some.message).toBe('A quality gate failed. On linux/arm64, linux/s390x only.');
  });
  it('is an error while the image cannot be read, whatever is known of its platforms', () => {
    const known = judge({ platforms: [amd], analyses: [analysis()], problem: 'IMAGE_UNREADABLE' });
    expect(known).toMatchObject({ status: 'error', reason: 'IMAGE_UNREADABLE', platforms: [] });
    expect(judge({ platforms: [], problem: 'IMAGE_UNREADABLE' })).toMatchObject({ status: 'error', platforms: [] });
    expect(judge({ platforms: [] }).reason).toBe('UNSUPPORTED_ARTIFACT');
  });
});

it('a deletion of any projects makes no verdict better, and the verdict says since when they are gone', () => {
  const gates = ['OK', 'WARN', 'ERROR', 'NONE'] as const;
  const since = '2026-11-22T00:00:00.000Z';
  const goodness = ({ status }: { status: string }): number => ['failed', 'no_data', 'passed'].indexOf(status);
  for (const first of gates)
    for (const second of gates)
      for (const demanded of [[], [{ projectKey: 'a', integrationId: null }]])
        for (const gone of [[1], [2], [1, 2]]) {
          const of = (ids: readonly number[]) =>
            [first, second].map((gateStatus, index) =>
              analysis({
                projectId: index + 1,
                projectKey: index === 0 ? 'a' : 'b',
                gateStatus,
                projectDeletedAt: ids.includes(index + 1) ? since : null,
              }),
            );
          const before = judge({ analyses: of([]), required: demanded });
          const after = judge({ analyses: of(gone), required: demanded });
          expect(goodness(after), JSON.stringify({ first, second, demanded, gone })).toBeLessThanOrEqual(
            goodness(before),
          );
          for (const project of after.platforms[0]?.projects ?? [])
            expect(project.projectDeletedAt).toBe(gone.includes(project.projectId ?? 0) ? since : undefined);
        }
});
