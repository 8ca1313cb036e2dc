import type { Outbound } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Connector, RunCache, SliceRequest } from '../contract.ts';
import type { OpenedWork } from './messages.ts';
import type { Outbox } from './outbox.ts';
import { untilAborted } from './until-aborted.ts';

export interface ReadSliceOptions {
  connector: Connector;
  opened: Pick<OpenedWork, 'settings' | 'secrets'>;
  request: SliceRequest;
  outbox: Outbox;
  http: Outbound;
  signal: AbortSignal;
  log: Log;
  runCache: RunCache;
  now(): Date;
}

/** Runs the connector over one slice and hands on what it yields. Returns when the last record came, in milliseconds of the monotonic clock. */
export async function readSlice(options: ReadSliceOptions): Promise<number | undefined> {
  const { connector, opened, request, outbox, signal } = options;
  let lastRecordAt: number | undefined;
  const context = {
    settings: opened.settings,
    secrets: opened.secrets,
    http: options.http,
    log: options.log,
    signal,
    now: options.now,
    runCache: options.runCache,
  };
  for await (const event of untilAborted(connector.read(context, request), signal)) {
    if (event.type === 'records') lastRecordAt = performance.now();
    await outbox.add(event);
  }
  signal.throwIfAborted();
  return lastRecordAt;
}
