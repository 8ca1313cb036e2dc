/** The rows of one page, by the three ways in which the simulated systems count. */

export interface Numbered {
  page: number;
  size: number;
  /** Index of the first row. */
  from: number;
}

/** Pages with a number, the first being `first`. */
export function numbered(page: number, size: number, first: 0 | 1 = 1): Numbered {
  return { page, size, from: (page - first) * size };
}

export interface Page<Row> {
  rows: readonly Row[];
  /** What asks for the next page; null on the last. */
  next: number | null;
}

/** So many rows from an index on; the next page begins where this one ends. */
export function fromIndex<Row>(rows: readonly Row[], start: number, limit: number): Page<Row> {
  const end = start + limit;
  return { rows: rows.slice(start, end), next: end < rows.length ? end : null };
}

/** So many names after a name, which need not be there any more; `names` are sorted. */
export function afterName(
  names: readonly string[],
  last: string | null,
  limit: number,
): { rows: readonly string[]; isLast: boolean } {
  const start = last === null ? 0 : names.findIndex((name) => name > last);
  if (start === -1) return { rows: [], isLast: true };
  return { rows: names.slice(start, start + limit), isLast: start + limit >= names.length };
}
