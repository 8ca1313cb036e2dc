import type { Outbound, OutboundOptions } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Connector, RunCache } from '../contract.ts';
import type { HeldLease } from './lease.ts';
import type { Assignment, OpenedWork, Traffic } from './messages.ts';
import { openOutbox } from './outbox.ts';
import type { WorkPort } from './port.ts';
import { readSlice } from './read-slice.ts';
import { sliceRequest } from './slice-request.ts';

export interface ReadDependencies {
  port: WorkPort;
  /** Throws for a kind that this version does not have. */
  connectorOf(kind: string): Connector;
  openOutbound(options: OutboundOptions): Outbound;
  /** What this process keeps of a run's answers. */
  runCache(runId: number): RunCache;
  now(): Date;
  /** Called at named moments; tests end the process there. */
  reached(point: WorkPoint): void;
}

export type WorkPoint = 'task_claimed' | 'first_stage' | 'task_read';

/** Where the reading of a task spent its time, in milliseconds. Sending overlaps with it. */
export interface ReadTimings {
  /** First call to the last record. */
  readMs: number;
  /** Last record to the end of the proof. */
  proofMs: number;
}

/** A task that is being carried out. */
export interface Underway {
  assignment: Assignment;
  held: HeldLease;
  /** Kept up to date, also when the reading fails. */
  traffic: Traffic;
  log: Log;
}

/** Reads the slice of one leased task and hands it over. Throws what made it fail. */
export async function readTask(underway: Underway, deps: ReadDependencies): Promise<ReadTimings> {
  const { assignment, held, traffic } = underway;
  const { port } = deps;
  const { lease } = assignment;
  const opened = await port.open(lease, held.signal);
  const http = openHttp(opened, underway, deps);
  const count = (): void => {
    const { requests, retries } = http.stats();
    Object.assign(traffic, { requests, retries });
  };
  const outbox = openOutbox(port, lease);
  try {
    const started = performance.now();
    deps.reached('first_stage');
    const lastRecordAt = await readSlice({
      connector: deps.connectorOf(opened.kind),
      opened,
      request: sliceRequest(opened.request, port, lease),
      outbox,
      http,
      signal: held.signal,
      log: underway.log.child({ integration: opened.name }),
      runCache: deps.runCache(assignment.runId),
      now: deps.now,
    });
    const readAt = performance.now();
    count();
    await outbox.finish(traffic);
    deps.reached('task_read');
    const lastAt = lastRecordAt ?? readAt;
    return { readMs: Math.round(lastAt - started), proofMs: Math.round(readAt - lastAt) };
  } finally {
    count();
    await http.close();
  }
}

function openHttp({ reach }: OpenedWork, { assignment, held, log }: Underway, deps: ReadDependencies): Outbound {
  return deps.openOutbound({
    ...reach,
    gate: {
      concurrency: () => held.slots(),
      pausedUntil: () => held.pausedUntil(),
      pause(until) {
        held.pause(until);
        void deps.port.pause(assignment.lease, until.toISOString()).catch((error: Error) => {
          log.warn({ host: reach.configuredHost, error: error.message }, 'pause of a host could not be stored');
        });
      },
    },
  });
}
