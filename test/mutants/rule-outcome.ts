/** What matters of a report of Vitest. */
export interface TestReport {
  testResults: {
    assertionResults: { status: string; failureMessages?: string[] | null }[];
  }[];
}

/** `no_test`: nothing was found out, because no test ran or the database refused the changed statement. */
export type Outcome = 'seen' | 'unseen' | 'no_test';

/** PostgreSQL does not understand it: such a change breaks everything, and no rule. */
const refused =
  /syntax error at|could not determine data type|(column|relation|function) .* does not exist|could not find|SyntaxError/;

export function outcomeOf(report: TestReport | undefined): Outcome {
  const ran = (report?.testResults ?? [])
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed');
  if (ran.length === 0) return 'no_test';
  const words = ran.flatMap(({ failureMessages }) => failureMessages ?? []);
  if (words.some((text) => refused.test(text))) return 'no_test';
  return ran.some(({ status }) => status === 'failed') ? 'seen' : 'unseen';
}
