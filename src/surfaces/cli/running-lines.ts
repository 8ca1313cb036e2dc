import { printableLine } from '../../domain/printable.ts';
import type { RunningRow, RunningUntold } from '../../features/running/contract.ts';
import { markdownTable } from './markdown.ts';
import { formatTable } from './output.ts';

export const runningFormats = ['text', 'json', 'markdown'] as const;
export type RunningFormat = (typeof runningFormats)[number];

const headings = ['state', 'service', 'environment', 'image', 'reason', 'since', 'criticals', 'team', 'certainty'];

export interface Shown {
  format: RunningFormat;
  /** Null: now. */
  asOf: string | null;
  /** What of that time cannot be told. */
  untold: readonly RunningUntold[];
  /** How many there are, printed or not. */
  of: number;
}

export function renderRunning(rows: readonly RunningRow[], { format, asOf, untold, of }: Shown): string {
  if (format === 'json') return `${JSON.stringify({ asOf, untold, rows }, null, 2)}\n`;
  const then = asOf === null ? '' : ` As it was said at ${asOf}.`;
  if (of === 0) return `${[`Nothing is known to run.${then}`, ...gone(untold)].join('\n\n')}\n`;
  const table = format === 'markdown' ? markdownTable : formatTable;
  const parts = [
    `${rows.length === of ? of : `${rows.length} of ${of}`} running.${then}`,
    ...gone(untold),
    ...(rows.length === 0 ? [] : [table(headings, rows.map(cells)), ...failing(rows)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

const gone = (untold: Shown['untold']): string[] =>
  untold.map(
    ({ code, message, remedy, details }) =>
      `? ${printableLine(`${message} ${details.join(', ')}. ${remedy} [${code}]`)}`,
  );

const cells = (row: RunningRow): string[] => [
  row.state.replace('_', ' '),
  row.service,
  row.infrastructure === null ? row.environment.name : `${row.environment.name} (${row.infrastructure})`,
  row.image === null ? (row.reference ?? '') : `${row.image.repository ?? ''}@${(row.image.digest ?? '').slice(0, 19)}`,
  row.reason,
  row.state === 'stale' ? (row.staleSince ?? row.runsSince) : (row.failingSince ?? row.runsSince),
  row.open === null ? '' : String(row.open.critical),
  row.teams.map(({ name }) => name).join(', '),
  row.certainty ?? '',
];

/** What to do about what failed: the conditions; about the rest: its remedy, each once. */
function failing(rows: readonly RunningRow[]): string[] {
  const conditions = rows
    .filter(({ state }) => state === 'failed')
    .flatMap((row) =>
      row.failing
        .filter(({ status }) => status === 'ERROR')
        .map(
          ({ project, name, actualValue, operator, threshold }) =>
            `! ${printableLine(`${row.service}, ${row.environment.name}: ${project}: ${name} is ${actualValue ?? 'unknown'} (fails ${operator === 'LT' ? 'below' : 'above'} ${threshold ?? '?'})`)}`,
        ),
    );
  const open = rows.filter(({ state }) => state === 'no_verdict' || state === 'stale');
  const remedies = new Map(open.map(({ reason, message, remedy }) => [reason, `? ${message} ${remedy} [${reason}]`]));
  return [conditions, [...remedies.values()]].filter((some) => some.length > 0).map((some) => some.join('\n'));
}
