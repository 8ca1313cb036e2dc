import { day, flag, text } from '../../address/search.ts';

export interface TraceSearch {
  /** What was pasted. */
  q?: string | undefined;
  table?: true | undefined;
  /** A day: what was said at its end. */
  at?: string | undefined;
  /** `ref` of the station whose panel is open. */
  station?: string | undefined;
}

export const traceSearch = (raw: Record<string, unknown>): TraceSearch => ({
  q: text(raw['q'])?.trim() || undefined,
  table: flag(raw['table']),
  at: day(raw['at']),
  station: text(raw['station']),
});
