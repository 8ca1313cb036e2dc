import type { ParsedDelivery } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { Sink } from '../sink.ts';

type Told = Pick<ParsedDelivery, 'reads' | 'facts'>;

/** What a source tells of a companion, said of the slice and scope under which it is stored. */
export async function atMainSlices(
  db: Queryable,
  integrationId: number,
  { reads, facts }: Told,
  sink: Pick<Sink, 'mainSlice'>,
): Promise<Told> {
  if (sink.mainSlice === undefined) return { reads, facts };
  const named = [...new Set([...reads, ...facts].map(({ slice }) => slice))];
  const places = new Map<string, { slice: string; scope: string } | undefined>();
  for (const slice of named) places.set(slice, await sink.mainSlice(db, integrationId, slice));
  return {
    reads: reads.map((read) => {
      const place = places.get(read.slice);
      return place === undefined ? read : { ...read, slice: place.slice, named: [place.scope] };
    }),
    facts: facts.map((fact) => {
      const place = places.get(fact.slice);
      return place === undefined ? fact : { ...fact, slice: place.slice, subject: place.scope };
    }),
  };
}
