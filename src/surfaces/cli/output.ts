import { printableLine } from '../../domain/printable.ts';

/** Where a command writes: results to `out`, everything else to `err`, so that results can be piped. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True when `err` is a terminal that shows a moving progress bar well. */
  interactive: boolean;
}

export const exitCodes = { good: 0, failed: 1, bad: 2, noData: 3, configuration: 78, interrupted: 130 } as const;

type Cell = string | number | boolean | null | undefined;

/** Left-aligned columns; numbers to the right. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(text));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...texts.map((row) => row[column]?.length ?? 0)),
  );
  const numeric = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || row[column] == null),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  return [line(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...texts.map(line)].join('\n');
}

function text(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  return printableLine(String(cell));
}

export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
