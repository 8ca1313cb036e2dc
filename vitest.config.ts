import { defineConfig } from 'vitest/config';

const notTests = ['**/node_modules/**', 'dist/**'];

/** One project per kind of test; the file name says which. Stages of `npm test` run them by name. */
const kind = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`{src,lab,test,web,bench}/**/*.${name}.test.{ts,tsx}`],
    exclude: notTests,
    // A test that hangs ends the run late; one that only waits for a busy machine must not end it at all.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    ...options,
  },
});

/**
 * Where most of the time passes in waits that the product makes: more files at once. They run beside stages that compute,
 * so what takes half a minute alone may take many.
 */
const waiting = { maxWorkers: 3, testTimeout: 1_500_000, hookTimeout: 900_000 };

/** Loading the same modules again for each file takes as long as the tests of many: files of one worker share them. */
const loadedOnce = { isolate: false };

const databaseKinds = { globalSetup: ['test/support/global-database.ts'] };

/** Against a real SonarQube of one version: files named `*-<version>.real.test.ts`, run by stage `real-<version>` one after the other. */
const real = (version: string) =>
  kind(`real-${version}`, {
    include: [`{src,lab,test,web,bench}/**/*-${version}.real.test.{ts,tsx}`],
    globalSetup: [...databaseKinds.globalSetup, 'test/support/real-sonarqube.ts'],
    testTimeout: 900_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  });

/**
 * Needs a document of the vendor’s that is no part of the project: `BITBUCKET_OPENAPI_9_4` names it where somebody has it.
 * The shapes that are written down in `shapes.test.ts` are tested everywhere.
 */
const withoutDocument =
  process.env['BITBUCKET_OPENAPI_9_4'] === undefined
    ? ['lab/simulators/bitbucket-server/openapi.contract.test.ts']
    : [];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,lab,test,web,bench}/**/*.test.{ts,tsx}'],
          exclude: [...notTests, '**/*.{room,contract,browser,fault,crash,real,live}.test.{ts,tsx}'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...loadedOnce,
        },
      },
      kind('room', { ...databaseKinds, ...loadedOnce }),
      kind('contract', { ...databaseKinds, ...loadedOnce, exclude: [...notTests, ...withoutDocument] }),
      kind('browser', { ...databaseKinds, testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
      // One hub, many sources.
      kind('fault', {
        ...databaseKinds,
        ...waiting,
        maxConcurrency: 30,
      }),
      // Each file has hubs, databases and servers of its own.
      kind('crash', waiting),
      // Against servers that whoever runs it owns; no stage of `npm test`.
      kind('live', { ...databaseKinds, fileParallelism: false }),
      real('26.9'),
      real('9.9'),
    ],
    maxWorkers: 2,
  },
});
