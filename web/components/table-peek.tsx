import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';
import { Popover } from 'react-aria-components';
import { CopyButton } from './button.tsx';

const hoverMs = 350;
const graceMs = 200;

interface Peek {
  cell: HTMLElement;
  text: string;
}

const lineOf = (cell: Element): HTMLElement | null => cell.querySelector<HTMLElement>('.cell-line');
/** Parts that only a gap sets apart on the screen are words of their own. */
function wordsOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
  return [...node.childNodes].map(wordsOf).join(node.childNodes.length > 1 ? ' ' : '');
}
const textOf = (cell: HTMLElement): string =>
  cell.dataset['text'] ??
  wordsOf(lineOf(cell) ?? cell)
    .replaceAll(/\s+/g, ' ')
    .trim();
const isCut = (cell: Element): boolean => {
  const line = lineOf(cell);
  return line !== null && line.scrollWidth > line.clientWidth;
};

/**
 * The whole text of one cell beside it, with a button that copies it: for a cut cell under the pointer, for any cell
 * that the keyboard reached or, where rows do not open, that was clicked. One for the whole table.
 */
export function TablePeek({ table }: { table: RefObject<HTMLElement | null> }): ReactElement | null {
  const [peek, setPeek] = useState<Peek | null>(null);
  const popover = useRef<HTMLElement>(null);
  const anchor = useRef<HTMLElement>(null);
  useEffect(() => {
    if (table.current === null) return;
    return watch(table.current, popover, (next) => {
      anchor.current = next?.cell ?? null;
      setPeek(next);
    });
  }, [table]);
  if (peek === null) return null;
  return (
    <Popover
      ref={popover}
      key={peek.text}
      triggerRef={anchor}
      isOpen
      isNonModal
      onOpenChange={(open) => (open ? undefined : setPeek(null))}
      placement="bottom start"
      offset={2}
      className="popover peek"
      aria-label="The whole text"
    >
      <p className="peek-text">{peek.text}</p>
      <div className="peek-actions">
        <CopyButton text={peek.text} />
        <span className="note">
          <kbd>Ctrl</kbd> <kbd>C</kbd> on the cell
        </span>
      </div>
    </Popover>
  );
}

function watch(table: HTMLElement, popover: RefObject<HTMLElement | null>, set: (peek: Peek | null) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (what: () => void, ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(what, ms);
  };
  const show = (cell: HTMLElement): void => {
    const text = textOf(cell);
    set(text === '' ? null : { cell, text });
  };
  const cellAt = (target: EventTarget | null): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>('td[tabindex]') : null;
  const inPeek = (target: EventTarget | null): boolean =>
    target instanceof Node && (popover.current?.contains(target) ?? false);

  const over = (event: PointerEvent): void => {
    if (inPeek(event.target)) return clearTimeout(timer);
    const cell = table.contains(event.target as Node) ? cellAt(event.target) : null;
    if (cell !== null && event.pointerType === 'mouse' && isCut(cell)) later(() => show(cell), hoverMs);
    else if (document.activeElement === null || cellAt(document.activeElement) !== document.activeElement)
      later(() => set(null), graceMs);
  };
  const focus = (event: FocusEvent): void => {
    const cell = cellAt(event.target);
    if (cell !== null && cell === event.target && cell.matches(':focus-visible')) show(cell);
    else if (cell === null || isCut(cell) === false) set(null);
    else if ((event.target as Element).matches('[data-row-link]:focus-visible')) show(cell);
  };
  const blur = (event: FocusEvent): void => {
    if (!inPeek(event.relatedTarget)) set(null);
  };
  const click = (event: MouseEvent): void => {
    const cell = cellAt(event.target);
    if (cell === null || (event.target as Element).closest('a, button, input, summary, label') !== null) return;
    if (cell.closest('tr')?.querySelector('[data-row-link]') !== null) return set(null);
    if ((getSelection()?.toString() ?? '') === '') show(cell);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') set(null);
    const cell = cellAt(event.target);
    const copies = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c';
    if (copies && cell !== null && cell === event.target && (getSelection()?.toString() ?? '') === '')
      void navigator.clipboard?.writeText(textOf(cell)).catch(() => undefined);
  };
  document.addEventListener('pointerover', over);
  table.addEventListener('focusin', focus);
  table.addEventListener('focusout', blur);
  table.addEventListener('click', click);
  table.addEventListener('keydown', key);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('pointerover', over);
    table.removeEventListener('focusin', focus);
    table.removeEventListener('focusout', blur);
    table.removeEventListener('click', click);
    table.removeEventListener('keydown', key);
  };
}
