import type { FileChange, Hunk } from '../../src/connectors/contract.ts';

/** Changes of files as `git diff -U0 -M --no-prefix` writes them. Names are without blanks. */
export function gitChanges(diff: string): FileChange[] {
  return diff
    .split(/^diff --git /m)
    .slice(1)
    .map((part) => {
      const lines = part.split('\n');
      const after = (start: string): string | undefined =>
        lines.find((line) => line.startsWith(start))?.slice(start.length);
      const [before = '', now = ''] = (lines[0] ?? '').split(' ');
      return {
        path: after('deleted file mode') === undefined ? (after('rename to ') ?? now) : null,
        oldPath: after('new file mode') === undefined ? (after('rename from ') ?? before) : null,
        hunks: lines.filter((line) => line.startsWith('@@ ')).map(hunkOf),
      };
    });
}

function hunkOf(line: string): Hunk {
  const [, oldLine, oldSpan = '1', newLine, newSpan = '1'] =
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
  return { oldLine: Number(oldLine), oldSpan: Number(oldSpan), newLine: Number(newLine), newSpan: Number(newSpan) };
}
