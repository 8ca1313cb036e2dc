import { flag, text } from '../../address/search.ts';

export interface TraceSearch {
  /** What was pasted. */
  q?: string | undefined;
  table?: true | undefined;
  /** `ref` of the station whose panel is open. */
  station?: string | undefined;
}

export const traceSearch = (raw: Record<string, unknown>): TraceSearch => ({
  q: text(raw['q'])?.trim() || undefined,
  table: flag(raw['table']),
  station: text(raw['station']),
});
