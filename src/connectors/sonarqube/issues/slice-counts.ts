import { exhaustive, type Filter, type SliceOutcome, type SlicingLimits } from './slice-oracle.ts';

export function exactTotal(total: number, counts: Record<string, ReadonlyMap<string, number>>): number {
  return Math.max(total, sum(counts[exhaustive] ?? new Map()));
}

/** Pages a split would read; a value that still exceeds the window will have to be split again. */
export function costOf(values: ReadonlyMap<string, number>, limits: SlicingLimits): number {
  return [...values.values()].reduce((cost, count) => {
    const pages = Math.ceil(count / limits.pageSize);
    return cost + (count < limits.window ? pages : pages * 4);
  }, 0);
}

/** A value with a comma cannot be asked for, the server would read it as two; nor an empty one but “nobody”. */
export function isPartition(field: string, values: ReadonlyMap<string, number>, total: number): boolean {
  const askable = (value: string): boolean => !value.includes(',') && (value !== '' || field === 'assignees');
  return values.size > 1 && sum(values) === total && [...values.keys()].every(askable);
}

/** Nobody is assigned: the facet's empty value has a parameter of its own. */
export function parameterOf(field: string, value: string): Filter {
  return field === 'assignees' && value === '' ? { assigned: 'false' } : { [field]: value };
}

function sum(values: ReadonlyMap<string, number>): number {
  return [...values.values()].reduce((total, count) => total + count, 0);
}

export function gap(filter: Filter, seen: number, total: number): SliceOutcome {
  return { count: seen, proven: false, gaps: [`${seen} of ${total} issues of ${JSON.stringify(filter)}`] };
}

export function* range(first: number, last: number): Generator<number> {
  for (let number = first; number <= last; number += 1) yield number;
}

export function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
