import { defineConfig } from 'vitest/config';

/** One project per kind of test; the file name says which. Stages of `npm test` run them by name. */
const kind = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`{src,lab,test,web,bench}/**/*.${name}.test.{ts,tsx}`],
    exclude: ['**/node_modules/**', 'dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    ...options,
  },
});

/** Files at once where most of the time passes in waits that the product makes. */
const waitingWorkers = 3;

const databaseKinds = { globalSetup: ['test/support/global-database.ts'] };

/** Against a real SonarQube of one version: files named `*-<version>.real.test.ts`, run by stage `real` one after the other. */
const real = (version: string) =>
  kind(`real-${version}`, {
    include: [`{src,lab,test,web,bench}/**/*-${version}.real.test.{ts,tsx}`],
    globalSetup: [...databaseKinds.globalSetup, 'test/support/real-sonarqube.ts'],
    testTimeout: 900_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  });

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,lab,test,web,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', 'dist/**', '**/*.{room,contract,browser,fault,crash,real}.test.{ts,tsx}'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      kind('room', databaseKinds),
      kind('contract', databaseKinds),
      kind('browser', { ...databaseKinds, testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
      // One hub, many sources.
      kind('fault', {
        ...databaseKinds,
        testTimeout: 600_000,
        hookTimeout: 300_000,
        maxConcurrency: 30,
        maxWorkers: waitingWorkers,
      }),
      // Each file has hubs, databases and servers of its own.
      kind('crash', { testTimeout: 600_000, hookTimeout: 300_000, maxWorkers: waitingWorkers }),
      real('26.9'),
      real('9.9'),
    ],
    maxWorkers: 2,
  },
});
