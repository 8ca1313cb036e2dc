export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Failure {
  /** With the groups that the test stands in; null where the whole file failed. */
  test: string | null;
  message: string;
}

/** What became of one file of tests, or of one command. */
export interface Outcome {
  /** From the root of the project. */
  name: string;
  counts: Counts;
  failures: readonly Failure[];
}

/** What vitest writes as JSON, as far as it is read here. */
export interface VitestReport {
  testResults: readonly {
    name: string;
    status: string;
    message?: string;
    assertionResults: readonly { status: string; fullName: string; failureMessages?: readonly string[] | null }[];
  }[];
}

export function sumOf(outcomes: readonly Outcome[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { counts } of outcomes)
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key];
  return sum;
}

/** A command counts as one test; so does a run that ended without saying what became of its tests. */
export function commandOutcome(name: string, problem: string | null): Outcome {
  return problem === null
    ? { name, counts: { passed: 1, failed: 0, skipped: 0 }, failures: [] }
    : { name, counts: { passed: 0, failed: 1, skipped: 0 }, failures: [{ test: null, message: problem }] };
}

/** The outcomes of a run by its report. A run that ended in failure is never without one. */
export function outcomesOf(report: VitestReport | null, status: number, root: string): Outcome[] {
  if (report === null) return [commandOutcome('vitest', 'It ended without a report.')];
  const outcomes = report.testResults.map((file) => fileOutcome(file, root));
  if (status !== 0 && outcomes.every(({ failures }) => failures.length === 0)) {
    outcomes.push(commandOutcome('vitest', `It ended with status ${status}, and no test failed.`));
  }
  return outcomes;
}

function fileOutcome(file: VitestReport['testResults'][number], root: string): Outcome {
  const failures: Failure[] = file.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ test: fullName, message: (failureMessages ?? []).join('\n') }));
  // A file that fails to load, or whose hooks fail, has no failed test of its own.
  if (file.status === 'failed' && failures.length === 0) failures.push({ test: null, message: file.message ?? '' });
  const passed = file.assertionResults.filter(({ status }) => status === 'passed').length;
  const ran = passed + failures.filter(({ test }) => test !== null).length;
  return {
    name: file.name.replace(`${root}/`, ''),
    counts: { passed, failed: failures.length, skipped: file.assertionResults.length - ran },
    failures,
  };
}

/** The words with which vitest ends a test or a hook that took longer than it may. */
const ranOutOfTime = /(Test|Hook) timed out in \d+ms/;

/**
 * Files in which nothing failed but limits of time. On a machine that several stages share that says nothing about the
 * code: they are asked once more with the machine to themselves. A failed expectation is never asked again.
 */
export function outOfTime(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter(({ failures }) => failures.length > 0 && failures.every(({ message }) => ranOutOfTime.test(message)))
    .map(({ name }) => name);
}

/** `first`, with what a later run of some of its files showed in their places. A file that the later run left out stays. */
export function replaced(first: readonly Outcome[], later: readonly Outcome[]): Outcome[] {
  const names = new Set(later.map(({ name }) => name));
  return [...first.filter(({ name }) => !names.has(name)), ...later];
}

/** What failed, to be said last, where people look first. */
export function failuresInWords(outcomes: readonly Outcome[]): string {
  const failed = outcomes.flatMap(({ name, failures }) => failures.map((failure) => ({ name, ...failure })));
  return failed
    .map(({ name, test, message }) => {
      const lines = message.trim().split('\n').slice(0, 12);
      return [`✕ ${name}${test === null ? '' : ` › ${test}`}`, ...lines.map((line) => `    ${line}`)].join('\n');
    })
    .join('\n');
}
