import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import type { ReportResult } from '../../src/connectors/contract.ts';
import type { ToWrite } from '../../src/features/reports/engine/wanted.ts';
import { writeReport, type Written } from '../../src/features/reports/engine/write.ts';
import type { AnalysedChange } from '../../src/features/reports/model.ts';
import type { KeptComment } from '../../src/features/reports/store/comments.ts';
import type { HeldReport } from '../../src/features/reports/store/reports.ts';
import { isPlumblineError } from '../../src/platform/errors/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { type Fate, inProcess } from './in-process.ts';

/*
 * A report with everything beside it, by the connector itself, against a server that requires the build alone: what the
 * report says must hold for whoever looks at the build.
 */

const key = 'com.sonarsource.sonarqube';
let sample: Sample;
let pull: Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;
let kept: KeptComment | undefined;
let fates: Fate[] = [];
/** Looks at the server behind each call. */
let look: () => void = () => undefined;

beforeAll(async () => {
  sample = await startSample({ version: '9.4' });
  const { repository, bitbucket } = sample;
  await bitbucket.state.push(repository, {
    branch: 'feature',
    from: 'main',
    files: { 'src/a.ts': lines(20, { 3: 'x' }) },
  });
  const at = (branch: string) => ({ repository, branch });
  pull = await bitbucket.state.openPullRequest({ title: 'f', from: at('feature'), to: at('main') });
  await ask(bitbucket, 'required-builds/latest/projects/PAY/repos/ledger/condition', {
    method: 'POST',
    token: sample.ada,
    body: { buildParentKeys: ['sonarqube'], refMatcher: { id: 'ANY_REF', type: { id: 'ANY_REF' } } },
  });
});
afterAll(() => sample.bitbucket.close());

const changeOf = (findings: number): AnalysedChange => ({
  projectKey: 'ledger',
  projectName: 'Ledger',
  pullRequest: '1',
  revision: pull.from.commit,
  analyzedAt: new Date('2026-03-02T11:00:00Z'),
  gate: { status: 'OK', evaluated: true, conditions: [] },
  figures: { newIssues: findings, acceptedIssues: null, hotspots: null, coverage: null, duplication: null },
  findings: Array.from({ length: findings }, (_, at) => ({
    key: `i${at}`,
    kind: 'issue',
    path: 'src/a.ts',
    line: 3,
    severity: 'HIGH',
    type: 'BUG',
    message: 'm',
  })),
});

function wantedOf(result: ReportResult, findings: number): ToWrite {
  const facts = { id: 7, number: '1', open: true, head: pull.from.commit, target: 'main', base: null, fromFork: false };
  const change = changeOf(findings);
  const page = { projectKey: 'ledger', pullRequest: '1' };
  const analysed = { change, target: 'main', notes: [], title: 'SonarQube', reporter: 'SonarQube', page };
  const judged = { ...facts, answer: { kind: 'analysed' as const, ...analysed } };
  return {
    verdict: {
      kind: 'write',
      analysed,
      judgement: { result, headline: result === 'PASS' ? 'Quality Gate passed' : 'Quality Gate failed', notes: [] },
      pullRequests: [judged],
      stale: false,
      waitsFor: null,
    },
    frame: {
      monoProject: null,
      title: 'SonarQube',
      reporter: 'SonarQube',
      links: { base: 'https://sonar.example.com', ...page },
      annotations: true,
    },
    hash: 'h',
    beside: { buildStatus: true, buildKey: 'sonarqube', comment: true, hash: 'b' },
    repository: {
      number: String(sample.repository.id),
      project: 'PAY',
      slug: 'ledger',
      deleted: false,
      integrationState: 'active',
    },
    pullRequests: [facts],
  };
}

const held = (): HeldReport => ({
  id: 1,
  fence: 1,
  asked: 1,
  integrationId: 1,
  sonarqubeId: 1,
  repositoryId: 1,
  commit: pull.from.commit,
  reportKey: key,
  bindingId: 1,
  projectId: 1,
  pullRequestId: 7,
  state: 'waiting',
  reason: null,
  result: null,
  touched: true,
  payloadHash: null,
  passedFor: [],
  besideHash: null,
  buildTouched: true,
  writtenLink: null,
  shown: null,
  failures: 0,
  problem: null,
  cause: 'analysis',
  askedBy: null,
  foreign: false,
});

async function write(result: ReportResult, findings = 0, onlyBeside = false): Promise<Written> {
  const { codeReview } = bitbucketServer;
  if (codeReview === undefined) throw new Error('The connector reviews code.');
  const http = inProcess(sample.bitbucket, {
    fate: () => fates.shift() ?? 'arrives',
    told: async () => look(),
  });
  const context = {
    settings: { url: sample.bitbucket.url },
    secrets: { token: sample.bot },
    http,
    log: silentLog,
    signal: new AbortController().signal,
    now: () => new Date(),
  };
  return writeReport(
    { review: codeReview as never, context },
    {
      held: held(),
      wanted: wantedOf(result, findings),
      limit: 1_000,
      onlyBeside,
      begin: async () => undefined,
      beginBeside: async () => undefined,
      foreign: async () => undefined,
      comments: () => ({
        read: async () => kept,
        keep: async (comment) => void (kept = comment),
      }),
    },
  );
}

const build = () => sample.bitbucket.world.builds.get(pull.from.commit)?.find((one) => one.key === 'sonarqube');
const report = () => sample.repository.reports.get(pull.from.commit)?.get(key);
const texts = (): string[] => pull.comments.map(({ text }) => text.split('\n')[0] ?? '');

it('says the same in report, build status and comment, and keeps one comment', async () => {
  const { vetoes } = sample.bitbucket.state;
  expect(vetoes(pull)).toHaveLength(1);
  expect(await write('PASS')).toMatchObject({ kind: 'written', result: 'PASS', besideProblems: [] });
  expect([report()?.result, build()?.state, vetoes(pull)]).toEqual(['PASS', 'SUCCESSFUL', []]);
  expect(build()).toMatchObject({ ref: 'refs/heads/feature', description: 'Quality Gate passed', name: 'SonarQube' });
  expect(await write('FAIL', 2)).toMatchObject({ result: 'FAIL', shown: 2, besideProblems: [] });
  expect([report()?.result, build()?.state, vetoes(pull).length]).toEqual(['FAIL', 'FAILED', 1]);
  expect(texts()).toEqual([expect.stringMatching(/^\*\*SonarQube: failed\*\*/)]);
});

it('is failed beside a report whose annotations the server stores none of', async () => {
  sample.bitbucket.world.maxAnnotations = 0;
  expect(await write('PASS', 2)).toMatchObject({ result: 'FAIL', shown: 0 });
  expect(build()).toMatchObject({ state: 'FAILED', description: 'The server stores no annotations.' });
  sample.bitbucket.world.maxAnnotations = 1_000;
});

it('is written alone where the report lies there', async () => {
  await write('PASS');
  sample.bitbucket.world.builds.clear();
  pull.comments.length = 0;
  // What it says is not certain.
  if (kept !== undefined) kept.textHash = null;
  const before = report();
  expect(await write('PASS', 0, true)).toMatchObject({ result: 'PASS', besideProblems: [] });
  expect(report()).toBe(before);
  expect([build()?.state, texts().length]).toEqual(['SUCCESSFUL', 1]);
});

it('never opens a merge for a report that does not pass, in 300 histories of analyses and lost calls', async () => {
  const seed = Number(process.env['PLUMBLINE_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
  const step = fc.record({
    result: fc.constantFrom<ReportResult>('PASS', 'FAIL'),
    findings: fc.constantFrom(0, 0, 2),
    fates: fc.array(fc.constantFrom<Fate>('arrives', 'arrives', 'arrives', 'lost before', 'lost after'), {
      maxLength: 12,
    }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      sample.bitbucket.world.builds.clear();
      sample.repository.reports.clear();
      look = () => {
        const warned = report()?.details?.includes('could not be taken back') === true;
        if (build()?.state === 'SUCCESSFUL') expect(report()?.result === 'PASS' || warned).toBe(true);
      };
      for (const { result, findings, fates: wanted } of steps) {
        fates = [...wanted];
        const written = await write(result, findings).catch((error: unknown) => {
          if (!isPlumblineError(error)) throw error;
          return null;
        });
        look();
        if (written?.kind === 'written' && written.besideProblems.every(({ part }) => part !== 'build_status')) {
          expect(build()?.state === 'SUCCESSFUL').toBe(written.result === 'PASS');
        }
      }
    }),
    { numRuns: 300, seed },
  );
  process.stderr.write(`order beside reports: seed ${seed}\n`);
});
