import { addedLines, readDiff } from './git/diff.ts';
import { mergeBase } from './git/read.ts';
import type { Annotation, InsightReport } from './state/check-model.ts';
import type { PullRequest } from './model.ts';
import { materialise } from './state/push.ts';

/** What a person sees of a pull request's reports. */
export interface ShownReport {
  report: InsightReport;
  /** On lines that the pull request adds, and on its files as a whole. */
  annotations: Annotation[];
  /** Without a file: in the overview. */
  general: Annotation[];
}

/** Only reports of the head are shown, and of their annotations only those that the diff has room for. */
export async function shownReports(pull: PullRequest): Promise<ShownReport[]> {
  const { from, to } = pull;
  const head = from.commit;
  const reports = [...(to.repository.reports.get(head)?.values() ?? [])];
  if (reports.length === 0) return [];
  await materialise(pull);
  const base = (await mergeBase(to.repository.git, to.commit, head)) ?? to.commit;
  const added = addedLines(await readDiff(to.repository.git, { from: base, to: head, contextLines: 0 }));
  const isShown = ({ path, line }: Annotation): boolean => {
    const lines = path === null ? undefined : added.get(path);
    return lines !== undefined && (line === 0 || lines.has(line));
  };
  return reports.map((report) => ({
    report,
    annotations: report.annotations.filter(isShown),
    general: report.annotations.filter(({ path }) => path === null),
  }));
}
