import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Connecting } from '../../integrations/index.ts';
import type { FindResult } from '../contract.ts';
import { presentError } from '../present-error.ts';
import type { Sink } from '../sink.ts';
import type { SourceSummary } from '../source.ts';

export interface FindDependencies {
  db: Database;
  connect: Connecting['connect'];
  sinks: ReadonlyMap<string, Sink>;
}

/** Whether what a key or a commit names is stored, from which run, and what the server says now. */
export async function find(
  { id, kind }: SourceSummary,
  text: string,
  signal: AbortSignal,
  { db, connect, sinks }: FindDependencies,
): Promise<FindResult> {
  const sink = sinks.get(kind);
  const stored = sink === undefined ? [] : await db.transaction((tx) => sink.locate(tx, id, text));
  try {
    const found = await connect(id, signal, ({ connector, context }) => connector.lookup(context, text));
    const server = found.map((thing) => ({ ...thing, link: thing.link ?? null }));
    return { query: text, stored, server, serverError: null };
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    const serverError = presentError({
      error_code: error.code,
      error_message: error.message,
      error_upstream: error.upstream ?? null,
    });
    return { query: text, stored, server: [], serverError };
  }
}
