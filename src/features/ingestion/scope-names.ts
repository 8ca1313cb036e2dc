import type { Queryable } from '../../platform/database/index.ts';
import type { Sink } from './sink.ts';

/** What people call a scope of a slice; scopes nobody knows stay as they are. */
export type ScopeName = (slice: string, scope: string) => string;
export type NameScopes = (slices: readonly string[]) => Promise<ScopeName>;

/** Names come from the rooms that store the scopes. */
export function scopeNamesOf(db: Queryable, sinks: Iterable<Sink>, integrationId: number): NameScopes {
  return async (slices) => {
    const names = new Map<string, string>();
    const distinct = [...new Set(slices)];
    for (const sink of sinks) {
      for (const [place, name] of (await sink.scopeNames?.(db, integrationId, distinct)) ?? []) names.set(place, name);
    }
    return (slice, scope) => names.get(`${slice} ${scope}`) ?? scope;
  };
}
