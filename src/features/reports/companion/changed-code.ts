import type { FileChange, LineRanges, MeasuredLine } from '../../../connectors/contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { type Places, projectPath } from '../sources/paths.ts';

/** What tests and copies make of the lines that a pull request changes, as far as they are source code. */
export interface ChangedCode {
  lines: number;
  toCover: number;
  covered: number;
  conditions: number;
  coveredConditions: number;
  duplicated: number;
  /** Conditions on coverage and duplication are left out where few lines are new. */
  ignoresSmall: boolean;
}

export interface ChangedCodeRead {
  code: ChangedCode | null;
  /** Why nothing is known, in words. */
  why: string | null;
}

/** What a server says of the lines of a project. */
export interface LineReader {
  read(files: readonly LineRanges[]): Promise<readonly (readonly MeasuredLine[] | null)[]>;
  ignoresSmallChanges(): Promise<boolean>;
}

const mostFiles = 200;
const mostLines = 20_000;
/** Of one call. */
const longestRange = 1_000;

/**
 * Counts the changed lines. What is not known whole is not known: a condition is not evaluated by a part of the lines.
 * Throws what may be otherwise the next time.
 */
export async function readChangedCode(
  reader: LineReader,
  files: readonly FileChange[],
  places: Places,
): Promise<ChangedCodeRead> {
  const asked = files.flatMap((file) => changedIn(file, places));
  const lines = asked.reduce((sum, { lines: own }) => sum + own.length, 0);
  if (asked.length > mostFiles || lines > mostLines) {
    return { code: null, why: `more than ${mostFiles} files or ${mostLines} lines are changed` };
  }
  try {
    const read = await reader.read(asked);
    const ignoresSmall = await reader.ignoresSmallChanges();
    const code = countLines(asked.map(({ lines: own }, at) => ({ wanted: own, told: read[at] ?? null })));
    return code === null
      ? { code, why: 'SonarQube did not tell each changed line' }
      : { code: { ...code, ignoresSmall }, why: null };
  } catch (error) {
    if (!isPlumblineError(error) || !closed.has(error.code)) throw error;
    return { code: null, why: 'the token may not read lines of code' };
  }
}

const closed: ReadonlySet<string> = new Set(['invalid_permissions', 'endpoint_unavailable']);

interface ChangedFile extends LineRanges {
  lines: readonly number[];
}

function changedIn({ path, hunks }: FileChange, places: Places): ChangedFile[] {
  const own = path === null ? null : projectPath(path, places);
  const added = hunks.filter(({ newSpan }) => newSpan > 0);
  if (own === null || added.length === 0) return [];
  // Beyond the bound nobody asks for them.
  const lines = added.flatMap(({ newLine, newSpan }) =>
    Array.from({ length: Math.min(newSpan, mostLines + 1) }, (_, at) => newLine + at),
  );
  const ranges = added.flatMap(({ newLine, newSpan }) => {
    const whole = Math.min(Math.ceil(newSpan / longestRange), mostLines);
    return Array.from({ length: whole }, (_, at) => {
      const from = newLine + at * longestRange;
      return { from, to: Math.min(from + longestRange, newLine + newSpan) - 1 };
    });
  });
  return [{ path: own, lines, ranges: joined(ranges) }];
}

/** What lies close together is asked for at once. */
function joined(ranges: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const range of ranges) {
    const last = found.at(-1);
    if (last !== undefined && range.to - last.from < longestRange) last.to = range.to;
    else found.push({ ...range });
  }
  return found;
}

interface FileLines {
  wanted: readonly number[];
  /** Null: it is no source code of the project. */
  told: readonly MeasuredLine[] | null;
}

/** Null where a line that was asked for was not told. */
export function countLines(files: readonly FileLines[]): Omit<ChangedCode, 'ignoresSmall'> | null {
  const sum = { lines: 0, toCover: 0, covered: 0, conditions: 0, coveredConditions: 0, duplicated: 0 };
  for (const { wanted, told } of files) {
    if (told === null) continue;
    const byNumber = new Map(told.map((one) => [one.line, one]));
    for (const number of wanted) {
      const line = byNumber.get(number);
      if (line === undefined) return null;
      sum.lines += 1;
      sum.duplicated += line.duplicated ? 1 : 0;
      if (line.covered === null) continue;
      sum.toCover += 1;
      sum.covered += line.covered ? 1 : 0;
      sum.conditions += line.conditions;
      sum.coveredConditions += line.coveredConditions;
    }
  }
  return sum;
}
