import { printableLine } from '../../domain/printable.ts';
import type { FixesList, FixFigures, FixRow } from '../../features/running/contract.ts';
import { markdownTable } from './markdown.ts';
import { formatTable } from './output.ts';
import type { RunningFormat } from './running-lines.ts';

const headings = [
  'environment',
  'service',
  'deployed',
  'mean',
  'median',
  '90 % within',
  'waiting',
  'open',
  'not known',
];
const rowHeadings = ['severity', 'environment', 'service', 'project', 'detected', 'fixed in the code', 'deployed'];

/** How long fixes took by environment and service, and what runs and is fixed already. */
export function renderFixes(answer: FixesList, format: RunningFormat): string {
  if (format === 'json') return `${JSON.stringify(answer, null, 2)}\n`;
  const table = format === 'markdown' ? markdownTable : formatTable;
  const { figures, places, rows, images, since } = answer;
  if (since === null) return `Nothing is known of vulnerabilities in what ran.${notKnown(images)}\n`;
  const waiting = rows.filter(({ state }) => state === 'waiting');
  const parts = [
    `From detection to the deployment of the fix, as far as is known since ${since}.${notKnown(images)}`,
    table(headings, [
      ...places.map((one) => cells([one.environment.name, one.service], one)),
      cells(['all', ''], figures),
    ]),
    ...(waiting.length === 0 ? [] : [table(rowHeadings, waiting.map(rowCells))]),
    ...(figures.waiting > waiting.length ? [`${figures.waiting - waiting.length} more wait.`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const notKnown = ({ known, unknown }: FixesList['images']): string =>
  unknown === 0
    ? ''
    : ` Of ${unknown} of ${known + unknown} images that run it is not known what they have: their commits were not analysed on a branch.`;

const cells = (place: readonly string[], own: FixFigures): string[] => [
  ...place,
  String(own.deployed),
  span(own.meanSeconds),
  span(own.medianSeconds),
  span(own.p90Seconds),
  String(own.waiting),
  String(own.open),
  String(own.unknown),
];

const rowCells = (row: FixRow): string[] =>
  [
    row.severity,
    row.environment.name,
    row.service,
    row.project.name,
    row.detectedAt,
    row.fixedAt ?? '',
    row.deployedAt ?? 'not yet',
  ].map(printableLine);

/** In the largest two units, so that days are read as days. */
function span(seconds: number | null): string {
  if (seconds === null) return '';
  const minutes = Math.round(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
}
