import { describe, expect, it } from 'vitest';
import { createPacer, sleep, waitBefore } from './pace.ts';

describe('a pacer', () => {
  it('lets no more through in any minute than a key may ask', async () => {
    let time = 0;
    const waits: number[] = [];
    const pacer = createPacer(
      () => time,
      async (milliseconds) => {
        waits.push(milliseconds);
        time += milliseconds;
      },
    );
    const calls: number[] = [];
    for (let call = 0; call < 1_000; call += 1) {
      await pacer.enter(new AbortController().signal);
      calls.push(time);
    }
    for (const start of calls)
      expect(calls.filter((at) => at >= start && at < start + 60_000).length).toBeLessThan(400);
    expect(waits.length).toBeGreaterThan(800);
  });

  it('lets several that come at once wait one after the other', async () => {
    const waits: number[] = [];
    const pacer = createPacer(
      () => 0,
      async (milliseconds) => void waits.push(milliseconds),
    );
    for (let call = 0; call < 93; call += 1) await pacer.enter(new AbortController().signal);
    expect(waits).toEqual([200, 400, 600]);
  });
});

describe('the wait before another attempt', () => {
  const random = 1;
  const waits = (refused: boolean) =>
    Array.from({ length: 6 }, (_, attempt) => waitBefore(attempt, { refused, random }));

  it('is long after a refusal that names no time, and ends after five', () => {
    expect(waits(true)).toEqual([15_000, 30_000, 60_000, 60_000, null, null]);
    expect(waitBefore(0, { refused: true, random: 0 })).toBe(7_500);
  });

  it('is short after a fault', () => {
    expect(waits(false)).toEqual([1_000, 2_000, 4_000, null, null, null]);
  });

  it('is what the server says, where it says it and it is not too long', () => {
    expect(waitBefore(0, { refused: true, toldMs: 3_000, random })).toBe(3_000);
    expect(waitBefore(0, { refused: true, toldMs: 3_600_000, random })).toBeNull();
  });
});

it('a wait ends when somebody ends the work', async () => {
  const controller = new AbortController();
  const waiting = sleep(3_600_000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(sleep(3_600_000, controller.signal)).rejects.toThrow('enough');
});
