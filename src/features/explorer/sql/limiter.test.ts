import { describe, expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';

const { signal } = new AbortController();
const size = { places: 4, share: 2, queue: 6, queueShare: 3 };

async function isWaiting(entering: Promise<unknown>): Promise<boolean> {
  return (
    (await Promise.race([entering.then(() => 'in'), new Promise((r) => setImmediate(() => r('waits')))])) === 'waits'
  );
}

describe('places for queries', () => {
  it('are never all taken by one person', async () => {
    const limiter = createLimiter(size);
    await limiter.enter(signal, 'eve');
    const leave = await limiter.enter(signal, 'eve');
    const third = limiter.enter(signal, 'eve');
    expect(await isWaiting(third)).toBe(true);
    await limiter.enter(signal, 'ada');
    await limiter.enter(signal, 'ada');
    leave();
    (await third)();
  });

  it('pass by who has a full share, and come back in order', async () => {
    const limiter = createLimiter({ ...size, places: 2, share: 1 });
    const leaveEve = await limiter.enter(signal, 'eve');
    const order: string[] = [];
    const enter = (whose: string, name: string) =>
      limiter.enter(signal, whose).then((leave) => (order.push(name), leave));
    const eve = enter('eve', 'eve again');
    const ada = enter('ada', 'ada');
    const leaveAda = await ada;
    const bob = enter('bob', 'bob');
    leaveAda();
    await bob;
    leaveEve();
    await eve;
    expect(order).toEqual(['ada', 'bob', 'eve again']);
  });

  it('are waited for by so many of one person and of all, and by nobody who gave up', async () => {
    const limiter = createLimiter({ ...size, places: 1, share: 1 });
    const leave = await limiter.enter(signal, 'eve');
    const giving = new AbortController();
    const gone = limiter.enter(giving.signal, 'eve');
    const waiting = [1, 2].map(() => limiter.enter(signal, 'eve'));
    await expect(limiter.enter(signal, 'eve')).rejects.toMatchObject({ code: 'sql_busy' });
    const others = ['a', 'b', 'c'].map((whose) => limiter.enter(signal, whose));
    await expect(limiter.enter(signal, 'd')).rejects.toMatchObject({ code: 'sql_busy' });
    giving.abort();
    await expect(gone).rejects.toBeDefined();
    leave();
    for (const entering of [...waiting, ...others]) (await entering)();
    (await limiter.enter(signal, 'z'))();
  });
});
