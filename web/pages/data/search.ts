import { text } from '../../address/search.ts';

export interface SchemaSearch {
  q?: string | undefined;
  table?: string | undefined;
}

export const schemaSearch = (raw: Record<string, unknown>): SchemaSearch => ({
  q: text(raw['q']),
  table: text(raw['table']),
});

export const apiSearch = (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: text(raw['q']) });
