import type { Shown } from './tokens.ts';

export interface JournalEntry {
  at: Date;
  method: string;
  /** Below the base URL, e.g. `api/issues/search`. */
  path: string;
  /** As it was asked for, with its query. */
  url: string;
  query: Record<string, string>;
  /** Who asked, in the simulator's own words, e.g. a kind of token; `anonymous` and `invalid` in all. */
  tokenKind: string;
  /** What kind of credential came with it; never the credential. */
  scheme: Shown['scheme'];
  /** Null while it is being answered, and for ever when a fault cut it. */
  status: number | null;
  /** False for a path that this server does not have. */
  known: boolean;
  /** Name of the fault that struck, if one did. */
  fault: string | null;
}

export interface Journal {
  entries: readonly JournalEntry[];
  /** Requests to one path, or all. */
  count: (path?: string) => number;
  /** Requests by path since the beginning or `clear`, also those beyond the kept entries. */
  tally: ReadonlyMap<string, number>;
  /** `GET api/issues/search`, each once, sorted. */
  endpoints: () => string[];
  clear: () => void;
  /** Throws when a request asked for a path that the server does not have, other than the allowed ones. */
  expectNoUnexpected: (allowed?: readonly string[]) => void;
}

/** Long benchmarks must not fill the memory with their journal. */
const keptEntries = 200_000;

export function createJournal(): { journal: Journal; record: (entry: JournalEntry) => void } {
  const entries: JournalEntry[] = [];
  const tally = new Map<string, number>();
  const journal: Journal = {
    entries,
    tally,
    count: (path) => (path === undefined ? entries.length : entries.filter((entry) => entry.path === path).length),
    endpoints: () => [...new Set(entries.map((entry) => `${entry.method} ${entry.path}`))].sort(),
    clear: () => {
      entries.length = 0;
      tally.clear();
    },
    expectNoUnexpected: (allowed = []) => {
      const unexpected = entries.filter((entry) => !entry.known && !allowed.includes(entry.path));
      if (unexpected.length === 0) return;
      const names = [...new Set(unexpected.map((entry) => `${entry.method} ${entry.path}`))];
      throw new Error(`Unexpected requests to the simulator: ${names.join(', ')}`);
    },
  };
  return {
    journal,
    record: (entry) => {
      tally.set(entry.path, (tally.get(entry.path) ?? 0) + 1);
      if (entries.length < keptEntries) entries.push(entry);
    },
  };
}
