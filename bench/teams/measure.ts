import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export async function seconds<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  say(`  ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

export const connectTo = (connectionString: string, settings: Record<string, string> = {}): Database =>
  connect({ connectionString, applicationName: 'bench', log: silentLog, settings });

/** How long everything else of the process had to wait at most, in ms. */
export function watchStalls(): { stop(): number } {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return {
    stop() {
      delay.disable();
      return Math.round(delay.max / 1e6);
    },
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
