/** What is asked of the rows that are stored; they must answer to all of it. */
export interface StoredFilter {
  /** These keys. */
  keys?: readonly string[];
  /** In the source's own word. */
  status?: string;
  /** Ended (was closed) before this moment, ISO 8601 UTC. */
  endedBefore?: string;
}

export interface StoredRow {
  key: string;
  /** The source's own status word; '' where a stream has none. */
  status: string;
}

/** Rows of a stream and scope that are stored and not gone, in the order of their keys, a page at a time. */
export type StoredRows = (stream: string, scope: string, filter?: StoredFilter) => AsyncIterable<readonly StoredRow[]>;

/** All of them at once, by key with their status: for few. */
export async function statusesOf(rows: ReturnType<StoredRows>): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  for await (const page of rows) for (const { key, status } of page) statuses.set(key, status);
  return statuses;
}

export const keysOf = async (rows: ReturnType<StoredRows>): Promise<string[]> => [...(await statusesOf(rows)).keys()];
