import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { createClient } from '../../src/connectors/bitbucket-server/client.ts';
import { reportWriter } from '../../src/connectors/bitbucket-server/review/write-report.ts';
import type { ReportResult } from '../../src/connectors/contract.ts';
import { publishReport, type WantedReport } from '../../src/features/reports/writing/publish-report.ts';
import { type Fate, inProcess } from './in-process.ts';

const key = 'com.sonarsource.sonarqube';

/** What SonarQube says of a commit. */
interface Analysis {
  result: ReportResult;
  annotations: number;
}

const wantedOf = ({ result, annotations }: Analysis): WantedReport => ({
  report: (shown, problem) => ({
    title: 'SonarQube',
    reporter: 'SonarQube',
    result: problem === undefined ? result : 'FAIL',
    details: `${shown} ${problem ?? ''}`,
    link: 'https://sonar.example.com/dashboard?id=k',
    createdDate: 1_767_229_200_000,
    data: [],
  }),
  annotations: Array.from({ length: annotations }, (_, at) => ({
    externalId: String(at),
    path: 'src/a.ts',
    line: 1,
    severity: 'MEDIUM',
    type: 'BUG',
    message: 'm',
    link: 'https://sonar.example.com/x',
  })),
});

/** The order of other writers: the report first, its annotations after it. */
const usualOrder: typeof publishReport = async (writer, { report, annotations }) => {
  await writer.put(report(annotations.length));
  await writer.clear();
  if (annotations.length > 0) await writer.add(annotations);
  return annotations.length;
};

/** A push, or an analysis of one of the newest commits; each call of its report may be lost, and pushes come between. */
type Step =
  | { do: 'push' }
  | { do: 'analyse'; back: number; analysis: Analysis; fates: Fate[]; pushAfter: number | null };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ do: 'push' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('analyse' as const),
      back: fc.nat(1),
      analysis: fc.record({
        result: fc.constantFrom<ReportResult>('PASS', 'FAIL'),
        annotations: fc.constantFrom(0, 0, 1, 2),
      }),
      fates: fc.array(fc.constantFrom<Fate>('arrives', 'arrives', 'lost before', 'lost after'), { maxLength: 8 }),
      pushAfter: fc.option(fc.nat(4)),
    }),
  },
);

class TooEarly extends Error {}

describe('at no moment the server would merge a pull request that failed', () => {
  let sample: Sample;
  let pull: Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;
  let commits: string[];
  beforeAll(async () => {
    sample = await startSample();
    const { state } = sample.bitbucket;
    const { repository } = sample;
    // Commits are made once, and the branch is moved among them: a push that costs no process.
    commits = [];
    for (let at = 0; at < 12; at += 1) {
      commits.push(
        await state.push(repository, { branch: 'feature', files: { 'src/a.ts': lines(5, { 1: `v${at}` }) } }),
      );
    }
    pull = await state.openPullRequest({
      title: 'Feature',
      from: { repository, branch: 'feature' },
      to: { repository, branch: 'main' },
    });
  });
  afterAll(() => sample.bitbucket.close());

  async function holds(
    publish: typeof publishReport,
    steps: readonly Step[],
    forbidden: 'none' | 'any',
  ): Promise<void> {
    const { state, world } = sample.bitbucket;
    sample.repository.reports.clear();
    state.requireReport(sample.repository, { key, forbidden });
    let head = 0;
    const push = (): void => {
      head = (head + 1) % commits.length;
      pull.from.commit = commits[head] as string;
    };
    pull.from.commit = commits[0] as string;
    /** What the newest analysis said whose report has begun to be written, by commit. */
    const truths = new Map<string, Analysis>();
    const look = (): void => {
      if (state.vetoes(pull).length > 0) return;
      const truth = truths.get(pull.from.commit);
      const good = truth?.result === 'PASS' && (forbidden === 'none' || truth.annotations === 0);
      if (!good) throw new TooEarly(`${JSON.stringify(truth)} may be merged`);
    };
    for (const one of steps) {
      if (one.do === 'push') {
        push();
        look();
        continue;
      }
      const commit = commits[(head - one.back + commits.length) % commits.length] as string;
      const fates = [...one.fates];
      let calls = 0;
      const http = inProcess(
        { world, url: sample.bitbucket.url },
        {
          fate: () => fates.shift() ?? 'arrives',
          async told() {
            truths.set(commit, one.analysis);
            look();
            if (calls === one.pushAfter) push();
            calls += 1;
            look();
          },
        },
      );
      const client = createClient({
        http,
        url: sample.bitbucket.url,
        token: sample.bot,
        signal: new AbortController().signal,
      });
      const writer = reportWriter(client, { project: 'PAY', repository: 'ledger', commit, key });
      for (let attempt = 0; ; attempt += 1) {
        try {
          await publish(writer, wantedOf(one.analysis));
          break;
        } catch (error) {
          if (error instanceof TooEarly || attempt > 10) throw error;
        }
      }
      const stored = sample.repository.reports.get(commit)?.get(key);
      expect([stored?.result, stored?.annotations.length]).toEqual([one.analysis.result, one.analysis.annotations]);
    }
  }

  const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Date.now() % 2 ** 31);
  const runs = { numRuns: 5_000, seed };
  const histories = fc.array(step, { minLength: 1, maxLength: 5 });

  it.each(['none', 'any'] as const)(
    `in 5,000 histories of pushes, analyses, failures and retries, with %s annotations forbidden (seed ${seed})`,
    async (forbidden) => {
      await fc.assert(
        fc.asyncProperty(histories, (steps) => holds(publishReport, steps, forbidden)),
        runs,
      );
    },
    300_000,
  );

  it('which the usual order breaks', async () => {
    const property = fc.asyncProperty(histories, (steps) => holds(usualOrder, steps, 'any'));
    const { failed, errorInstance } = await fc.check(property, runs);
    expect([failed, errorInstance]).toEqual([true, expect.any(TooEarly)]);
  }, 300_000);
});
