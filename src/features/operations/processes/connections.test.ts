import { expect, it } from 'vitest';
import { connectionsNeeded } from '../../../platform/database/index.ts';
import { shortage } from './connections.ts';

it('warns before the last connection is taken', () => {
  const needed = connectionsNeeded('all');
  expect([needed, connectionsNeeded('worker')]).toEqual([31, 24]);
  expect(shortage({ used: 13, byOthers: 2, limit: 77, needed })).toBeUndefined();
  expect(shortage({ used: 13, byOthers: 47, limit: 77, needed })).toContain(`may open ${needed}`);
  expect(shortage({ used: 13, byOthers: 0, limit: 30, needed })).toContain('there are 30');
  expect(shortage({ used: 70, byOthers: 0, limit: 77, needed })).toBe('70 of 77 are in use');
});
