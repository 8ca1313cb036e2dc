import { expect, it } from 'vitest';
import { createAlarm } from './alarm.ts';

const never = new AbortController().signal;
const long = 600_000;

it('wakes one of those that rest, the one that has rested for the longest', async () => {
  const alarm = createAlarm();
  const woken: string[] = [];
  const stop = new AbortController();
  const rests = ['first', 'second'].map(async (name) => {
    if (await alarm.rest(long, stop.signal)) woken.push(name);
  });
  alarm.ring();
  await rests[0];
  expect(woken).toEqual(['first']);
  alarm.ring();
  await rests[1];
  expect(woken).toEqual(['first', 'second']);
  stop.abort();
});

it('keeps no one from looking once more who looked before it rang', async () => {
  const alarm = createAlarm();
  alarm.ring();
  alarm.ring();
  expect(await alarm.rest(long, never)).toBe(true);
  // Rung twice, it is looked for once: who finds something rings again.
  expect(await alarm.rest(1, never)).toBe(false);
});

it('lets go of who is stopped, at once and before it begins', async () => {
  const alarm = createAlarm();
  const stop = new AbortController();
  const resting = alarm.rest(long, stop.signal);
  stop.abort();
  expect(await resting).toBe(false);
  expect(await alarm.rest(long, stop.signal)).toBe(false);
  // A ring is not lost on one that went.
  alarm.ring();
  expect(await alarm.rest(long, never)).toBe(true);
});

it('ends by itself', async () => {
  expect(await createAlarm().rest(1, never)).toBe(false);
});

it('has as many loops up as there is work for', async () => {
  const alarm = createAlarm();
  const stop = new AbortController();
  let work = 0;
  let looks = 0;
  const done = Promise.withResolvers<void>();
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      looks += 1;
      if (work === 0) {
        await alarm.rest(long, stop.signal);
        continue;
      }
      work -= 1;
      alarm.ring();
      // All three are under way at once before any of them ends.
      underWay += 1;
      if (underWay === 3) done.resolve();
      await done.promise;
    }
  };
  let underWay = 0;
  const loops = Array.from({ length: 8 }, loop);
  expect(looks).toBe(8);
  work = 3;
  alarm.ring();
  await done.promise;
  stop.abort();
  await Promise.all(loops);
  // Each of the three looks once, and the last of them wakes one that finds nothing; those under way look no more.
  expect(looks).toBeLessThanOrEqual(8 + 3 + 1 + 3);
});
