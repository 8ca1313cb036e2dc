import type { FileChange } from '../../../connectors/contract.ts';

/** Lines of the new side that a pull request changes. */
export interface ChangedLines {
  has(path: string, line: number): boolean;
}

export function changedLines(files: readonly FileChange[]): ChangedLines {
  const byPath = new Map(files.map(({ path, hunks }) => [path, hunks]));
  return {
    has: (path, line) =>
      byPath.get(path)?.some(({ newLine, newSpan }) => line >= newLine && line < newLine + newSpan) ?? false,
  };
}
