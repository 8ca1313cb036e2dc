import { rowNoun } from '../../src/domain/stream-words.ts';
import type { Completeness } from '../../src/features/ingestion/contract.ts';
import { formatCount } from './numbers.ts';

/** `issues and hotspots` */
const countedNouns = ({ counted }: Pick<Completeness, 'counted'>): string =>
  counted.map((stream) => rowNoun(stream, 2)).join(' and ');

/** `Issues and hotspots stored` */
export const storedTitle = (of: Pick<Completeness, 'counted'>): string => {
  const nouns = countedNouns(of);
  return `${nouns.charAt(0).toUpperCase()}${nouns.slice(1)} stored`;
};

/** `1 project`, `12 repositories` */
export const countedSlices = ({ listed }: Pick<Completeness, 'listed'>, count: number): string =>
  `${formatCount(count)} ${rowNoun(listed ?? '', count)}`;

/** `2 of 3 projects complete` */
export const wholeSlices = ({
  complete,
  slices,
  listed,
}: Pick<Completeness, 'complete' | 'slices' | 'listed'>): string =>
  `${formatCount(complete)} of ${countedSlices({ listed }, slices)} complete`;

/** `60 of 60 issues and hotspots stored · 2 of 2 projects complete` */
export function completenessWords(completeness: Omit<Completeness, 'rows' | 'total' | 'unread'>): string {
  const { counted, stored, source } = completeness;
  const sums =
    counted.length === 0
      ? []
      : [`${formatCount(stored)} of ${formatCount(source)} ${countedNouns({ counted })} stored`];
  return [...sums, wholeSlices(completeness)].join(' · ');
}
