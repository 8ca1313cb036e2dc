import type { NewFinding } from '../model.ts';
import type { ChangedLines } from './changed-lines.ts';

const severities = ['HIGH', 'MEDIUM', 'LOW'] as const;
const types = ['VULNERABILITY', 'BUG', 'CODE_SMELL'] as const;

/**
 * The findings that are shown where not all may be: those on changed lines first, as the server draws no others, then
 * the severest, vulnerabilities before bugs before code smells. The rest of the order only makes it the same each time.
 * The severest of all is never left out: a merge check may ask for no annotation that is so severe.
 */
export function chooseFindings(
  findings: readonly NewFinding[],
  changed: ChangedLines,
  atMost: number,
): readonly NewFinding[] {
  const onChangedLine = ({ path, line }: NewFinding): boolean =>
    path !== null && line !== null && changed.has(path, line);
  const ranked = findings.map((finding) => ({ finding, rank: rankOf(finding, onChangedLine(finding)) }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank));
  const kept = ranked.slice(0, atMost).map(({ finding }) => finding);
  const severest = severities.find((severity) => findings.some((finding) => finding.severity === severity));
  if (kept.length === 0 || kept.some(({ severity }) => severity === severest)) return kept;
  const missed = ranked.find(({ finding }) => finding.severity === severest);
  return missed === undefined ? kept : [...kept.slice(0, -1), missed.finding];
}

type Rank = readonly (number | string)[];

const rankOf = ({ severity, type, path, line, key }: NewFinding, changed: boolean): Rank => [
  changed ? 0 : 1,
  severities.indexOf(severity),
  types.indexOf(type),
  path ?? '',
  line ?? 0,
  key,
];

function compareRanks(a: Rank, b: Rank): number {
  for (const [at, one] of a.entries()) {
    const other = b[at] as number | string;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
