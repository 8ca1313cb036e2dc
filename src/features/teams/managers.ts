/**
 * Circles of people who report to each other, each begun by its first address in order, so that the same people always give
 * the same circles. Linear: everybody is walked over once.
 */
export function managerCircles(managerOf: ReadonlyMap<string, string | null>): string[][] {
  const done = new Set<string>();
  const circles: string[][] = [];
  for (const start of managerOf.keys()) {
    const place = new Map<string, number>();
    const walked: string[] = [];
    let at: string | null | undefined = start;
    while (at != null && managerOf.has(at) && !done.has(at) && !place.has(at)) {
      place.set(at, walked.push(at) - 1);
      at = managerOf.get(at);
    }
    const begin = at == null ? undefined : place.get(at);
    if (begin !== undefined) circles.push(fromFirst(walked.slice(begin)));
    for (const one of walked) done.add(one);
  }
  return circles.sort((a, b) => compare(a[0] ?? '', b[0] ?? ''));
}

function fromFirst(circle: readonly string[]): string[] {
  const first = circle.reduce((best, one, index) => (compare(one, circle[best] ?? '') < 0 ? index : best), 0);
  return [...circle.slice(first), ...circle.slice(0, first)];
}

/** The same order on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
