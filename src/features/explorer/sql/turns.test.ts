import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('lets others have a turn between two works, and goes on after one that fails', async () => {
  const inTurn = createTurns();
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(name);
    setImmediate(() => order.push(`others after ${name}`));
    if (name === 'second') throw new Error('fails');
    return name;
  };
  const results = await Promise.allSettled(['first', 'second', 'third'].map((name) => inTurn(work(name))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual(['first', 'others after first', 'second', 'others after second', 'third']);
});
