import { setTimeout as sleep } from 'node:timers/promises';
import { isPlumblineError } from '../../errors/index.ts';
import type { Log } from '../../telemetry/log.ts';
import { type Cluster, readPostmaster } from './cluster.ts';
import { isAlive } from './processes.ts';

const lookEveryMs = 1_000;
const longestPauseMs = 30_000;

export interface Kept {
  /** Looks no more; resolves when a start in progress has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the server again when it ended under us (killed, out of memory, no space for its log): the hub's connections
 * find it at the same port and go on. A start that fails is tried again after 2, 4, … 30 s, with its reason in the log.
 */
export function keepRunning(cluster: Cluster, start: () => Promise<void>, log: Log): Kept {
  const stopping = new AbortController();
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const watch = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      await pause(failures === 0 ? lookEveryMs : Math.min(longestPauseMs, 1_000 * 2 ** failures));
      if (stopping.signal.aborted || (await isUp(cluster))) continue;
      log.error({ directory: cluster.dataDirectory }, 'the embedded database ended; starting it again');
      try {
        await start();
        failures = 0;
      } catch (error) {
        failures += 1;
        const { message } = error as Error;
        const code = isPlumblineError(error) ? error.code : 'embedded_database_unavailable';
        log.error({ code, error: message }, 'the embedded database could not be started again');
      }
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

async function isUp(cluster: Cluster): Promise<boolean> {
  const postmaster = await readPostmaster(cluster.dataDirectory);
  return postmaster !== undefined && (await isAlive(postmaster.pid));
}
