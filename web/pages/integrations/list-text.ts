import { textItems } from '../../../src/domain/text-list.ts';
import type { ChoicesAnswer } from '../../../src/features/integrations/contract.ts';

/** Adds or removes one item of a list as people write it; patterns and keys typed by hand stay. */
export function toggleItem(text: string, item: string, wanted: boolean): string {
  const items = textItems(text);
  const others = items.filter((one) => one !== item);
  if (wanted) return [...others, item].join('\n');
  return others.join('\n');
}

/** Never more than is known: a list that was not read to its end says so. */
export function shownOf({ items, total }: ChoicesAnswer, count: (value: number) => string): string {
  if (items.length === 0) return total === null ? 'Nothing found so far; type more of it.' : 'Nothing matches.';
  if (total === null) return `The first ${count(items.length)}; there may be more. Type to narrow.`;
  return total > items.length
    ? `${count(items.length)} of ${count(total)}. Type to narrow.`
    : `${count(total)} in all.`;
}
