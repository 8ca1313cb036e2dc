import { printableLine } from '../../domain/printable.ts';

/** A table of which every cell shows itself as it is, whatever others called their things. */
export function markdownTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(names), row(names.map(() => '---')), ...rows.map((cells) => row(cells.map(inCode)))].join('\n');
}

/** Names of others show themselves as they are, whatever they hold. */
export function inCode(text: string): string {
  if (text === '') return '';
  return `\`${printableLine(text).replaceAll('`', '’').replaceAll('|', '\\|')}\``;
}
