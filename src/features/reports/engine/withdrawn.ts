import type { Judgement } from '../content/build-report.ts';
import type { ReportedChange } from '../model.ts';

/** The project whose report is taken back. */
export interface Withdrawing {
  projectKey: string;
  projectName: string;
}

interface Withdrawn {
  analysed: {
    change: ReportedChange;
    target: null;
    notes: readonly string[];
    title: string;
    reporter: string;
    page: { projectKey: string; pullRequest: null };
  };
  judgement: Judgement;
}

/** So many are named. */
const mostNamed = 5;

/**
 * A report that fails in place of one that passed for other pull requests than those whose head the commit is now, or for
 * the same ones while they went to another branch.
 */
export function withdrawn(
  { projectKey, projectName }: Withdrawing,
  commit: string,
  { unseen, headline }: { unseen: readonly { number: string }[]; headline: string },
): Withdrawn {
  const [first] = unseen;
  const notes = unseen
    .slice(0, mostNamed)
    .map(({ number }) => `The newest analysis of pull request ${number} is not of this commit.`);
  return {
    analysed: {
      change: {
        projectKey,
        projectName,
        pullRequest: first?.number ?? '',
        revision: commit,
        analyzedAt: null,
        gate: { status: null, evaluated: null, conditions: [] },
        figures: { newIssues: null, acceptedIssues: null, hotspots: null, coverage: null, duplication: null },
        findings: [],
      },
      target: null,
      notes: [],
      title: 'SonarQube quality gate (Plumbline)',
      reporter: 'Plumbline',
      page: { projectKey, pullRequest: null },
    },
    judgement: { result: 'FAIL', headline, notes },
  };
}
