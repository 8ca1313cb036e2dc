import { expect, it } from 'vitest';
import type { BulkImport } from '../../../src/features/repositories/contract.ts';
import { bulkWords } from './bulk-words.ts';

const words = (change: Partial<BulkImport>): string =>
  bulkWords({
    id: 1,
    state: 'running',
    startedBy: 'ada@example.com',
    startedAt: '2026-11-20T08:00:00.000Z',
    endedAt: null,
    cancelling: false,
    sonarqube: { id: 1, name: 'sonar' },
    total: 5,
    done: 0,
    failed: 0,
    leftOut: 0,
    ...change,
  });

it('says how far an import is, and in the end what became of each', () => {
  expect(words({})).toBe('Setting up 1 of 5');
  expect(words({ done: 3, failed: 1 })).toBe('Setting up 5 of 5');
  expect(words({ done: 4, failed: 1 })).toBe('Setting up 5 of 5');
  expect(words({ done: 1, leftOut: 3, cancelling: true })).toBe('Ending: 1 repository set up, 3 left out');
  expect(words({ state: 'token', done: 2 })).toBe('Stopped at 2 of 5: your access token is needed');
  expect(words({ state: 'done', done: 5 })).toBe('5 repositories set up');
  expect(words({ state: 'done', done: 1, failed: 4 })).toBe('1 repository set up, 4 not');
  expect(words({ state: 'cancelled', done: 1, failed: 1, leftOut: 3 })).toBe('1 repository set up, 1 not, 3 left out');
});
