import type { TestProject } from 'vitest/node';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster } from './cluster.ts';
import { migrateEverything } from './schema.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: { host: string; port: number; user: string; password: string };
  }
}

/** One throw-away cluster per test run with one migrated template; each test file clones it (some 40 ms). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startTestCluster();
  const { host, port, user, password } = cluster;
  const url = (database: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  await migrateEverything(url('postgres'), url, silentLog);
  project.provide('cluster', { host, port, user, password });
  return () => cluster.stop();
}
