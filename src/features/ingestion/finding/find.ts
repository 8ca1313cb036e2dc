import type { Connector } from '../../../connectors/contract.ts';
import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Outbound, OutboundOptions } from '../../../platform/outbound/types.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { FindResult } from '../contract.ts';
import { presentError } from '../present-error.ts';
import type { Sink } from '../sink.ts';
import type { Sources } from '../source.ts';

export interface FindDependencies {
  db: Database;
  sources: Sources;
  sinks: ReadonlyMap<string, Sink>;
  openOutbound(options: OutboundOptions): Outbound;
  log: Log;
  now(): Date;
}

/** Whether an issue, project or commit is stored, from which run, and what the server says now. */
export async function find(
  integrationId: number,
  text: string,
  signal: AbortSignal,
  deps: FindDependencies,
): Promise<FindResult> {
  const source = await deps.sources.open(integrationId);
  const sink = deps.sinks.get(source.kind);
  const stored = sink === undefined ? [] : await deps.db.transaction((tx) => sink.locate(tx, integrationId, text));
  const http = deps.openOutbound(source.outbound);
  try {
    const context = { settings: source.settings, secrets: source.secrets, http, log: deps.log, signal, now: deps.now };
    const server = await (source.connector as Connector).lookup(context, text);
    return {
      query: text,
      stored,
      server: server.map((thing) => ({ ...thing, link: thing.link ?? null })),
      serverError: null,
    };
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    const serverError = presentError({
      error_code: error.code,
      error_message: error.message,
      error_upstream: error.upstream ?? null,
    });
    return { query: text, stored, server: [], serverError };
  } finally {
    await http.close();
  }
}
