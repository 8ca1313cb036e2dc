import { defineConfig } from 'vitest/config';
import { noticingTests } from './scope.ts';

export default defineConfig({
  test: {
    include: noticingTests(),
    exclude: ['**/node_modules/**'],
    testTimeout: 20_000,
  },
});
