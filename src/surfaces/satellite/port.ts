import {
  type Answer,
  type Beat,
  type Lease,
  toText,
  wireAnswer,
  wireQuestion,
  type WorkPort,
} from '../../connectors/work/index.ts';
import type { Json } from '../../connectors/contract.ts';
import { fromText } from '../../connectors/work/wire.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { OpenedWork } from '../../connectors/work/index.ts';
import type { Claims } from './claims.ts';
import { hubIsAway, type HubClient, untilThere } from './hub-client.ts';
import type { Kept, Spool } from './spool.ts';

export interface FarPortOptions {
  hub: HubClient;
  spool: Spool;
  log: Log;
  /** Aborts when the process must end, whether the hub heard everything or not. */
  closing: AbortSignal;
  /** Which task is next. */
  claims: Claims;
  /** Puts what only the satellite knows in place of what the hub said. */
  complete(integrationId: number, work: OpenedWork): OpenedWork;
  onAway(error: Error): void;
}

const lost: Beat = { state: 'lost', slots: 1, pausedUntil: null };

export interface FarPort extends WorkPort {
  /** Tasks under way. */
  running(): number;
}

/** The port of a worker that reaches the hub by HTTPS alone. What cannot be told now waits on the disk. */
export function createFarPort(options: FarPortOptions): FarPort {
  const { hub, spool, closing, onAway, log } = options;
  const patiently = <T>(attempt: () => Promise<T>, signal = closing): Promise<T> =>
    untilThere(attempt, { signal, onAway });

  /** Tasks whose hub was away since it last took something of them. */
  const doubtful = new Set<number>();

  /**
   * Tells it until it is taken. After the hub was away the lease may have run out: it is taken up again before anything
   * more is told, as what is told without it is refused for good.
   */
  const told = <T>(lease: Lease, attempt: () => Promise<T>, ifEnded?: T): Promise<T> =>
    patiently(async () => {
      try {
        if (doubtful.has(lease.taskId)) {
          const { outcome } = await hub.call('resume', { lease }, closing);
          if (outcome === 'ended' && ifEnded !== undefined) return ifEnded;
          if (outcome !== 'resumed') throw new PlumblineError('task_lease_lost', { data: { ...lease } });
          doubtful.delete(lease.taskId);
          log.info({ task: lease.taskId }, 'lease taken up again');
        }
        return await attempt();
      } catch (error) {
        if (hubIsAway(error)) doubtful.add(lease.taskId);
        throw error;
      }
    });
  const ended = {};
  const send = (lease: Lease, { name, parcel }: Pick<Kept, 'name' | 'parcel'>): Promise<unknown> =>
    told(lease, () => hub.send(name, parcel, closing), name === 'finish' ? ended : undefined);

  /** At once while the hub is there; else it waits on the disk, in its order. */
  const deliver = async (lease: Lease, kept: Kept): Promise<void> => {
    if (!spool.waits(lease) && !doubtful.has(lease.taskId)) {
      try {
        await hub.send(kept.name, kept.parcel, closing);
        return;
      } catch (error) {
        if (!hubIsAway(error)) throw error;
        doubtful.add(lease.taskId);
        onAway(error as Error);
      }
    }
    await spool.keep(lease, kept, (name, parcel) => send(lease, { name, parcel }));
  };

  const live = new Set<number>();

  return {
    running: () => live.size,
    claim: options.claims.claim,
    async open(lease, signal) {
      live.add(lease.taskId);
      const { integrationId, work } = await patiently(() => hub.call('open', { lease }, signal), signal);
      return options.complete(integrationId, work);
    },
    async beat(lease) {
      const beat = await hub.call('beat', { lease }, closing).catch((error: unknown) => {
        if (isPlumblineError(error, 'task_lease_lost')) return lost;
        throw error;
      });
      if (beat.state !== 'lost' || !live.has(lease.taskId)) return beat;
      const { outcome } = await hub.call('resume', { lease }, closing);
      return outcome === 'resumed' ? hub.call('beat', { lease }, closing) : beat;
    },
    async ask(lease, name, question) {
      await spool.emptied(lease);
      const asked = JSON.parse(toText(wireQuestion(name), question)) as Json;
      const { answer } = await told(lease, () => hub.call('ask', { lease, name, question: asked }, closing));
      return fromText<unknown>(wireAnswer(name), JSON.stringify(answer)) as Answer<typeof name>;
    },
    async stage(lease, batch) {
      const parcel = await hub.pack('stage', { lease, batch });
      await deliver(lease, { name: 'stage', sequence: batch.sequence, parcel });
    },
    pause: async (lease, until) => void (await hub.call('pause', { lease, until }, closing)),
    async finish(lease, end) {
      const parcel = await hub.pack('finish', { lease, end });
      await deliver(lease, { name: 'finish', sequence: end.sequence, parcel });
      await spool.emptied(lease);
      live.delete(lease.taskId);
      doubtful.delete(lease.taskId);
      options.claims.again();
    },
    async fail(lease, failure) {
      live.delete(lease.taskId);
      doubtful.delete(lease.taskId);
      // What lies here was read before it failed: the next attempt builds on it.
      await spool.emptied(lease).catch(() => undefined);
      try {
        return await patiently(() => hub.call('fail', { lease, failure }, closing));
      } finally {
        options.claims.again();
        await spool.drop(lease);
      }
    },
  };
}
