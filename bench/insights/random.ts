import { randomOf } from '../../test/support/random.ts';

/** A small seeded generator: the same seed gives the same data and the same questions everywhere. */
export interface Random {
  /** 0 <= n < 1 */
  next(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** An element by its weight. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  /** `count` different elements. */
  sample<T>(list: readonly T[], count: number): T[];
}

export function seededRandom(seed: number): Random {
  const next = randomOf(seed);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    pick: (list) => list[between(0, list.length - 1)] as (typeof list)[number],
    weighted(list) {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [element, weight] of list) {
        left -= weight;
        if (left < 0) return element;
      }
      return (list.at(-1) as (typeof list)[number])[0];
    },
    sample(list, count) {
      const rest = [...list];
      return Array.from({ length: Math.min(count, rest.length) }, () => {
        const [element] = rest.splice(between(0, rest.length - 1), 1);
        return element as (typeof list)[number];
      });
    },
  };
}
