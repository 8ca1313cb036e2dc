import {
  type Answer,
  type Lease,
  toText,
  wireAnswer,
  wireQuestion,
  type WorkPort,
} from '../../connectors/work/index.ts';
import type { Json } from '../../connectors/contract.ts';
import { fromText } from '../../connectors/work/wire.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { OpenedWork } from '../../connectors/work/index.ts';
import { hubIsAway, type HubClient, untilThere } from './hub-client.ts';
import type { Spool } from './spool.ts';

export interface FarPortOptions {
  hub: HubClient;
  spool: Spool;
  log: Log;
  /** Aborts when the process must end, whether the hub heard everything or not. */
  closing: AbortSignal;
  /** The next task, or nothing: who waits is told here. */
  claim: WorkPort['claim'];
  /** Puts what only the satellite knows in place of what the hub said. */
  complete(integrationId: number, work: OpenedWork): OpenedWork;
  onAway(error: Error): void;
}

export interface FarPort extends WorkPort {
  /** Tasks under way. */
  running(): number;
}

/** The port of a worker that reaches the hub by HTTPS alone. What cannot be told now waits on the disk. */
export function createFarPort(options: FarPortOptions): FarPort {
  const { hub, spool, closing, onAway, log } = options;
  const patiently = <T>(attempt: () => Promise<T>, signal = closing): Promise<T> =>
    untilThere(attempt, { signal, onAway });

  /** A lease that ran out while the hub was away is taken up again, unless somebody else has the task by now. */
  const held = async <T>(lease: Lease, attempt: () => Promise<T>): Promise<T> => {
    try {
      return await attempt();
    } catch (error) {
      if (!isPlumblineError(error, 'task_lease_lost')) throw error;
      const { resumed } = await hub.call('resume', { lease }, closing);
      if (!resumed) throw error;
      log.info({ task: lease.taskId }, 'lease taken up again');
      return attempt();
    }
  };

  const live = new Set<number>();

  return {
    running: () => live.size,
    claim: options.claim,
    async open(lease, signal) {
      live.add(lease.taskId);
      const { integrationId, work } = await patiently(() => hub.call('open', { lease }, signal), signal);
      return options.complete(integrationId, work);
    },
    async beat(lease) {
      const beat = await hub.call('beat', { lease }, closing);
      if (beat.state !== 'lost' || !live.has(lease.taskId)) return beat;
      const { resumed } = await hub.call('resume', { lease }, closing);
      return resumed ? hub.call('beat', { lease }, closing) : beat;
    },
    async ask(lease, name, question) {
      await spool.emptied(lease);
      const asked = JSON.parse(toText(wireQuestion(name), question)) as Json;
      const { answer } = await patiently(() =>
        held(lease, () => hub.call('ask', { lease, name, question: asked }, closing)),
      );
      return fromText<unknown>(wireAnswer(name), JSON.stringify(answer)) as Answer<typeof name>;
    },
    async stage(lease, batch) {
      const parcel = await hub.pack('stage', { lease, batch });
      if (!spool.waits(lease)) {
        try {
          await held(lease, () => hub.send('stage', parcel, closing));
          return;
        } catch (error) {
          if (!hubIsAway(error)) throw error;
          onAway(error as Error);
        }
      }
      await spool.keep(lease, { name: 'stage', sequence: batch.sequence, parcel }, (name, kept) =>
        patiently(() => held(lease, () => hub.send(name, kept, closing))),
      );
    },
    pause: async (lease, until) => void (await hub.call('pause', { lease, until }, closing)),
    async finish(lease, end) {
      const parcel = await hub.pack('finish', { lease, end });
      if (!spool.waits(lease)) {
        try {
          await held(lease, () => hub.send('finish', parcel, closing));
          live.delete(lease.taskId);
          return;
        } catch (error) {
          if (!hubIsAway(error)) throw error;
          onAway(error as Error);
        }
      }
      await spool.keep(lease, { name: 'finish', sequence: end.sequence, parcel }, (name, kept) =>
        patiently(() => held(lease, () => hub.send(name, kept, closing))),
      );
      await spool.emptied(lease);
      live.delete(lease.taskId);
    },
    async fail(lease, failure) {
      live.delete(lease.taskId);
      // What lies here was read before it failed: the next attempt builds on it.
      await spool.emptied(lease).catch(() => undefined);
      try {
        return await patiently(() => hub.call('fail', { lease, failure }, closing));
      } finally {
        await spool.drop(lease);
      }
    },
  };
}
