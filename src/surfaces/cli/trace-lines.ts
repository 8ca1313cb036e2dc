import { printableLine } from '../../domain/printable.ts';
import type { AsOf, Line, Link, Station, StationKind, TraceAnswer } from '../../features/trace/contract.ts';
import { inCode, markdownTable } from './markdown.ts';
import { formatTable } from './output.ts';

export const traceFormats = ['text', 'json', 'markdown'] as const;
export type TraceFormat = (typeof traceFormats)[number];

/** In the order of a line. */
const order: readonly StationKind[] = [
  'commit',
  'pull_request',
  'analysis',
  'image',
  'execution',
  'deployment',
  'environment',
];

const headings = ['station', 'what', 'state', 'at', 'integration', 'ref'];
const linkHeadings = ['from', 'says', 'to', 'certainty', 'note', 'since', 'until'];

export function renderTrace(answer: TraceAnswer, format: TraceFormat): string {
  if (format === 'json') return `${JSON.stringify(answer, null, 2)}\n`;
  const table = format === 'markdown' ? markdownTable : textTable;
  const { asOf } = answer;
  if (asOf === undefined) return presentLines(answer, format, table);
  const then = answer.found.length === 0 ? '' : presentLines(answer, format, table);
  return (
    [...thenLines(answer, asOf, format), then.trimEnd(), ...nowLines(asOf, format)].filter(Boolean).join('\n\n') + '\n'
  );
}

/** A time before is named first, with what cannot be told of it. */
function thenLines({ found }: TraceAnswer, { at, untold }: AsOf, format: TraceFormat): string[] {
  const nothing = found.length === 0 ? ' Nothing was known under this text then.' : '';
  const kept = untold.some(({ code }) => code === 'said_before_history');
  const lines = untold.map(({ code, message, remedy, details }) => {
    const beside = details.length === 0 ? '' : ` (${details.map(printableLine).join('; ')})`;
    return `${format === 'markdown' ? '- ' : '? '}${message}${beside} ${remedy} [${format === 'markdown' ? inCode(code) : code}]`;
  });
  return [`As it was said at ${at}.${kept ? '' : nothing}`, ...(lines.length === 0 ? [] : [lines.join('\n')])];
}

/** What is said otherwise now stands last. */
function nowLines({ now }: AsOf, format: TraceFormat): string[] {
  if (now === null) return ['The same is said now.'];
  const name = format === 'markdown' ? inCode : printableLine;
  const lines = now.differences.map(
    ({ what, title, before, now: present }) =>
      `${format === 'markdown' ? '- ' : '~ '}${what} ${name(title)}: ${before === null ? 'not said then' : printableLine(before)} -> ${present === null ? 'not said now' : printableLine(present)}`,
  );
  return lines.length === 0
    ? []
    : [`What is said otherwise now:\n${format === 'markdown' ? '\n' : ''}${lines.join('\n')}`];
}

function presentLines(answer: TraceAnswer, format: TraceFormat, table: typeof textTable): string {
  if (answer.line === null) {
    const words = `${printableLine(answer.text)} may mean any of these; ask again with the ref of one:`;
    return `${words}\n\n${table(headings, inOrder(answer.found).map(stationCells))}\n`;
  }
  const { line } = answer;
  const parts = [...worstLines(line, format), table(headings, inOrder(line.stations).map(stationCells))];
  if (line.links.length > 0) parts.push(table(linkHeadings, line.links.map(linkCells)));
  if (line.missing.length > 0) parts.push(missingLines(line, format));
  if (line.cut.length > 0) parts.push(`There is more than is shown of: ${line.cut.join(', ')}.`);
  return `${parts.join('\n\n')}\n`;
}

/** What failed or is in doubt stands first, the worst on top. */
function worstLines({ worst, stations }: Line, format: TraceFormat): string[] {
  if (worst.length === 0) return [];
  const name = format === 'markdown' ? inCode : printableLine;
  const lines = worst.flatMap((ref) => {
    const one = stations.find((station) => station.ref === ref);
    if (one === undefined) return [];
    const { doubt } = one.facts;
    const state = [one.state, typeof doubt === 'string' ? `${doubt} since` : '', verdictWords(one)]
      .filter(Boolean)
      .join(', ');
    return `${format === 'markdown' ? '- ' : '! '}${one.station.replace('_', ' ')} ${name(one.title)}: ${state}${one.at === null ? '' : `, ${one.at}`}`;
  });
  return [lines.join('\n')];
}

/** What the policy says of an image, or of what a deployment put there. */
function verdictWords({ facts: { verdict, verdictReason } }: Station): string {
  if (typeof verdict !== 'string') return '';
  const words =
    verdict === 'no_verdict' ? 'no verdict' : verdict === 'waived' ? 'verdict failed, waived' : `verdict ${verdict}`;
  return typeof verdictReason === 'string' ? `${words} (${verdictReason})` : words;
}

const inOrder = (stations: readonly Station[]): Station[] =>
  stations.toSorted((a, b) => order.indexOf(a.station) - order.indexOf(b.station));

const stationCells = (one: Station): string[] => {
  const { station, title, state, at, integration, ref, staleSince, tooOld, readAt } = one;
  const words = [
    state,
    verdictWords(one) || null,
    staleSince === null ? null : `stale since ${staleSince}`,
    tooOld && staleSince === null ? `too old, read ${readAt ?? 'never'}` : null,
  ]
    .filter((word) => word !== null)
    .join(', ');
  return [station.replace('_', ' '), title, words, at ?? '', integration?.name ?? '', ref];
};

const linkCells = ({ from, kind, to, certainty, note, validFrom, validTo }: Link): string[] => [
  from,
  kind.replaceAll('_', ' '),
  to,
  certainty,
  note ?? '',
  validFrom,
  validTo ?? '',
];

function missingLines({ missing }: Line, format: TraceFormat): string {
  const bullet = format === 'markdown' ? '- ' : '? ';
  return missing
    .map(({ at, code, message, remedy, details }) => {
      const beside = details.length === 0 ? '' : ` (${details.map(printableLine).join('; ')})`;
      const [name, where] = format === 'markdown' ? [`\`${code}\``, inCode(at)] : [code, printableLine(at)];
      return `${bullet}${where}: ${message}${beside} ${remedy} [${name}]`;
    })
    .join('\n');
}

const textTable = (names: readonly string[], rows: readonly string[][]): string => formatTable(names, rows);
