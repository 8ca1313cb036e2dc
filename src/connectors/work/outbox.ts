import type { SliceEvent } from '../contract.ts';
import type { Lease, Traffic } from './messages.ts';
import type { WorkPort } from './port.ts';

/** Records and other events that are sent together. */
const batchSize = 1_000;

export interface Outbox {
  /** May wait for what is under way, so that what is not sent yet stays small. */
  add(event: SliceEvent): Promise<void>;
  /** Sends the rest: everything was read. */
  finish(traffic: Traffic): Promise<void>;
}

/** Sends what a connector yields in batches, in its order. One batch is sent while the next is being read. */
export function openOutbox(port: Pick<WorkPort, 'stage' | 'finish'>, lease: Lease): Outbox {
  let sequence = 0;
  let events: SliceEvent[] = [];
  let weight = 0;
  let sending: Promise<void> = Promise.resolve();
  let failure: { error: unknown } | undefined;

  const sent = async (): Promise<void> => {
    await sending;
    if (failure !== undefined) throw failure.error;
  };
  const nextBatch = (): { sequence: number; events: SliceEvent[] } => {
    sequence += 1;
    const batch = { sequence, events };
    [events, weight] = [[], 0];
    return batch;
  };

  return {
    async add(event) {
      // Of progress only the last word counts.
      if (event.type === 'progress' && events.at(-1)?.type === 'progress') events.pop();
      events.push(event);
      weight += event.type === 'records' ? event.records.length : 1;
      if (weight < batchSize) return;
      await sent();
      sending = port.stage(lease, nextBatch()).catch((error: unknown) => {
        failure = { error };
      });
    },
    async finish(traffic) {
      await sent();
      await port.finish(lease, { ...nextBatch(), traffic });
    },
  };
}
