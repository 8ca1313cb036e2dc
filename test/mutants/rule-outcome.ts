/** What matters of a report of Vitest. */
export interface TestReport {
  testResults: {
    assertionResults: { status: string; failureMessages?: string[] | null }[];
  }[];
}

/** `no_test`: nothing was found out, as no test ran to its end or the database refused the changed statement. */
export type Outcome = 'seen' | 'unseen' | 'no_test';

/** A statement that PostgreSQL does not understand breaks everything, and no rule; a busy machine breaks nothing. */
const saysNothing =
  /syntax error at|could not determine data type|(column|relation|function) .* does not exist|SyntaxError|Test timed out/;

export function outcomeOf(report: TestReport | undefined): Outcome {
  const ran = (report?.testResults ?? [])
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed');
  if (ran.length === 0) return 'no_test';
  const words = ran.flatMap(({ failureMessages }) => failureMessages ?? []);
  if (words.some((text) => saysNothing.test(text))) return 'no_test';
  return ran.some(({ status }) => status === 'failed') ? 'seen' : 'unseen';
}
