import type { KeyboardEvent, MouseEvent } from 'react';

const moves = ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];
const linkOf = (row: Element | null | undefined): HTMLElement | null =>
  row?.querySelector<HTMLElement>('[data-row-link]') ?? null;

/** Arrows walk through rows and cells, Enter opens the row. From the table itself, the first arrow enters it. */
export function moveInTable(event: KeyboardEvent<HTMLElement>): void {
  const { currentTarget: table, target, key } = event;
  const cell = (target as HTMLElement).closest<HTMLElement>('td');
  const onCell = cell !== null && (cell === target || (target as HTMLElement).matches('[data-row-link]'));
  if (target !== table && !onCell) return;
  if (key === 'Enter' && cell === target) {
    linkOf(cell?.closest('tr'))?.click();
    return;
  }
  if (!moves.includes(key) || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = cell === null ? entry(table, key) : neighbour(table, cell, cell === target, key);
  if (next === null) return;
  event.preventDefault();
  next.focus();
}

const rowsOf = (table: Element): Element[] => [...table.querySelectorAll('tbody > tr:not(.fold-row)')];

function entry(table: Element, key: string): HTMLElement | null {
  const rows = rowsOf(table);
  const row = key === 'ArrowUp' || key === 'End' ? rows.at(-1) : rows[0];
  return key === 'ArrowLeft' || key === 'ArrowRight' ? null : (linkOf(row) ?? row?.querySelector('td') ?? null);
}

function neighbour(table: Element, cell: HTMLElement, byCell: boolean, key: string): HTMLElement | null {
  const row = cell.closest('tr');
  if (row === null) return null;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const beside = key === 'ArrowLeft' ? cell.previousElementSibling : cell.nextElementSibling;
    return beside as HTMLElement | null;
  }
  const rows = rowsOf(table);
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key] ?? at;
  const other = rows[Math.min(rows.length - 1, Math.max(0, to))];
  const column = [...row.children].indexOf(cell);
  return byCell ? ((other?.children[column] as HTMLElement | undefined) ?? null) : linkOf(other);
}

export function openByRow(event: MouseEvent<HTMLTableRowElement>): void {
  const target = event.target as HTMLElement;
  // Links and buttons inside do their own thing, and selecting text is not a click.
  if (target.closest('a, button, input, summary, label') !== null) return;
  if ((getSelection()?.toString() ?? '') !== '') return;
  linkOf(event.currentTarget)?.click();
}
