import type { Scope } from '../state/model.ts';
import type { Batch } from './batch.ts';

export interface Row {
  scope: Scope;
  batch: Batch;
  index: number;
}

/** Keeps the first `wanted` rows of an order while any number of rows is offered. */
export function createTop(wanted: number, compare: (a: Row, b: Row) => number) {
  let kept: Row[] = [];
  /** Rows that are not before it cannot be among the first any more. */
  let last: Row | null = null;
  const shrink = (): void => {
    kept.sort(compare);
    kept.length = Math.min(kept.length, wanted);
    if (kept.length === wanted) last = kept.at(-1) ?? null;
  };
  return {
    offer: (row: Row): void => {
      if (last !== null && compare(row, last) >= 0) return;
      kept.push(row);
      if (kept.length >= Math.max(1000, wanted * 2)) shrink();
    },
    rows: (): Row[] => {
      shrink();
      const rows = kept;
      kept = [];
      return rows;
    },
  };
}
