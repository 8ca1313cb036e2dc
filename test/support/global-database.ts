import type { TestProject } from 'vitest/node';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster, type TestCluster } from './cluster.ts';
import { migrateEverything } from './schema.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: { host: string; port: number; user: string; password: string };
  }
}

/** One throw-away cluster per test run with one migrated template; each test file clones it (some 40 ms). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = givenCluster() ?? (await startTestCluster());
  const { host, port, user, password } = cluster;
  const url = (database: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  await migrateEverything(url('postgres'), url, silentLog);
  project.provide('cluster', { host, port, user, password });
  return () => cluster.stop();
}

/** A server of another version to run the same tests on: `PLUMBLINE_TEST_DATABASE_URL=postgres://user:password@host:port`. */
function givenCluster(): TestCluster | undefined {
  const given = process.env['PLUMBLINE_TEST_DATABASE_URL'];
  if (given === undefined) return undefined;
  const { hostname, port, username, password } = new URL(given);
  const login = { user: username, password: decodeURIComponent(password) };
  return { host: hostname, port: Number(port), ...login, stop: async () => undefined };
}
