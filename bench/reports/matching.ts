import type { FileChange } from '../../src/connectors/contract.ts';
import { type LocatedIssue, matchIssues } from '../../src/features/reports/companion/match-issues.ts';

const perFile = 50;

const issueAt = (side: string, at: number, moved: number): LocatedIssue => ({
  key: `${side}-${at}`,
  rule: `rule:${at % 40}`,
  path: `src/f${Math.floor(at / perFile)}.ts`,
  line: (at % perFile) * 4 + 1 + moved,
  hash: `hash-${at % 97}`,
  message: `Message ${at % 40}`,
});

/** Every file has two lines more at its beginning, and one issue that is new. Says what is wrong. */
export function matchMany(count: number, say: (text: string) => void): string[] {
  const files = Math.ceil(count / perFile);
  const changes: FileChange[] = Array.from({ length: files }, (_, file) => ({
    path: `src/f${file}.ts`,
    oldPath: `src/f${file}.ts`,
    hunks: [{ oldLine: 0, oldSpan: 0, newLine: 1, newSpan: 2 }],
  }));
  const before = Array.from({ length: count }, (_, at) => issueAt('old', at, 0));
  const after = [
    ...Array.from({ length: count }, (_, at) => issueAt('new', at, 2)),
    ...Array.from({ length: files }, (_, file) => ({
      ...issueAt('added', file * perFile, 0),
      key: `added-${file}`,
      rule: 'rule:new',
      line: 1,
      hash: `fresh-${file}`,
    })),
  ];
  const times = [1, 2, 3].map(() => {
    const began = performance.now();
    matchIssues(before, after, changes);
    return performance.now() - began;
  });
  const { added, known } = matchIssues(before, after, changes);
  say(
    `companion matching of ${count} issues with ${after.length}: ${Math.round(Math.min(...times))} ms, ${added.length} new`,
  );
  const wrong = [...known].filter(([now, old]) => now.replace('new', 'old') !== old).length;
  const missed = added.filter(({ key }) => !key.startsWith('added-')).length;
  return wrong === 0 && missed === 0 && added.length === files
    ? []
    : [`matching: ${wrong} pairs are wrong, ${missed} old ones are called new, ${added.length} of ${files} are new`];
}
