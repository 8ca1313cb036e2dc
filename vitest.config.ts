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

const databaseKinds = { globalSetup: ['test/support/global-database.ts'] };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,lab,test,web,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', 'dist/**', '**/*.{room,contract,browser,crash,real}.test.{ts,tsx}'],
          testTimeout: 20_000,
        },
      },
      kind('room', databaseKinds),
      kind('contract', databaseKinds),
      kind('browser', { ...databaseKinds, testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
      kind('crash', { testTimeout: 600_000, hookTimeout: 300_000, fileParallelism: false }),
      kind('real', { ...databaseKinds, testTimeout: 900_000, hookTimeout: 600_000, fileParallelism: false }),
    ],
    maxWorkers: 2,
  },
});
