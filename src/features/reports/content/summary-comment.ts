import type { CodeReport } from '../../../connectors/contract.ts';

/** Far below what the server takes: people read it. */
const longest = 6_000;

/** The line that tells the comment from others; nobody is shown it. */
export const commentMarker = (reportKey: string): string => `[//]: # (plumbline:${reportKey})`;

/** What the report on a commit says, as a comment; the same report is the same text. */
export function summaryComment(
  report: CodeReport,
  { commit, reportKey }: { commit: string; reportKey: string },
): string {
  const { title, result, details, data, link } = report;
  const head = `**${escaped(title)}: ${result === 'PASS' ? 'passed' : 'failed'}** at ${commit.slice(0, 10)}`;
  const figures = data.flatMap((cell) =>
    cell.type === 'LINK' ? [] : [`${escaped(cell.title)}: ${figureOf(cell.type, cell.value)}`],
  );
  const foot = [figures.join(' · '), `[Open in SonarQube](<${addressOf(link)}>)`, commentMarker(reportKey)].join(
    '\n\n',
  );
  const body = linesOf(details, longest - head.length - foot.length - 100);
  return [head, body, foot].filter((part) => part !== '').join('\n\n');
}

const figureOf = (type: 'NUMBER' | 'PERCENTAGE' | 'TEXT', value: number | string): string =>
  type === 'PERCENTAGE' ? `${value}%` : escaped(String(value));

/** What would be a link, a mention, a heading or HTML is text. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&:]/g, '\\$&').replaceAll('@', '@\u200b');

const addressOf = (link: string): string =>
  link.replaceAll(/[<>()\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);

/** A line of its own for each, as many as fit. */
function linesOf(details: string, most: number): string {
  const kept: string[] = [];
  let length = 0;
  const lines = details.split('\n').filter((line) => line.trim() !== '');
  for (const [at, line] of lines.entries()) {
    const text = line.startsWith('- ') ? `* ${escaped(line.slice(2))}` : `${escaped(line)}  `;
    if (length + text.length + 1 > most) {
      kept.push('', `... and ${lines.length - at} more lines`);
      break;
    }
    // A list begins behind an empty line, and ends with one.
    const before = lines[at - 1];
    if (before !== undefined && before.startsWith('- ') !== line.startsWith('- ')) kept.push('');
    kept.push(text);
    length += text.length + 2;
  }
  return kept.join('\n');
}
