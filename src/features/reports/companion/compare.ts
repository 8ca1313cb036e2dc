import type { FileChange } from '../../../connectors/contract.ts';
import { changedLines } from '../content/changed-lines.ts';
import type { NewFinding } from '../model.ts';
import type { CountedIssue, NewCode } from './evaluate-gate.ts';
import { type LocatedIssue, matchIssues } from './match-issues.ts';

/** A finding of either side, by its path in the repository. */
export interface ComparedFinding extends LocatedIssue {
  kind: NewFinding['kind'];
  open: boolean;
  counted: CountedIssue;
  shown: NewFinding;
}

export interface Comparison {
  code: Omit<NewCode, 'changed'>;
  /** On lines that the pull request changes. */
  shown: NewFinding[];
  /** New ones that are elsewhere: they count, and are shown on no line. */
  elsewhere: number;
}

/** What a pull request brings: findings of its companion that its main project did not have. */
export function compareFindings(
  before: readonly ComparedFinding[],
  after: readonly ComparedFinding[],
  { files, hotspotsRead }: { files: readonly FileChange[]; hotspotsRead: boolean },
): Comparison {
  const of = (kind: NewFinding['kind']): ComparedFinding[] => {
    const added = matchIssues(
      before.filter((one) => one.kind === kind),
      after.filter((one) => one.kind === kind),
      files,
    ).added;
    const keys = new Set(added.map(({ key }) => key));
    return after.filter((one) => one.kind === kind && keys.has(one.key));
  };
  const issues = of('issue').filter(({ open }) => open);
  const hotspots = of('hotspot');
  const toReview = hotspots.filter(({ open }) => open);
  const changed = changedLines(files);
  const added = [...issues, ...toReview];
  const shown = added.filter(({ path, line }) => path !== null && line !== null && changed.has(path, line));
  return {
    code: {
      issues: issues.map(({ counted }) => counted),
      hotspots: hotspotsRead ? { toReview: toReview.length, reviewed: hotspots.length - toReview.length } : null,
    },
    shown: shown.map((one) => one.shown),
    elsewhere: added.length - shown.length,
  };
}
