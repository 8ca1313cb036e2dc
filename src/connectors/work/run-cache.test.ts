import { describe, expect, it } from 'vitest';
import { createRunCaches } from './run-cache.ts';

function asked<T>(...answers: (() => Promise<T>)[]): { read: () => Promise<T>; count: () => number } {
  let count = 0;
  return {
    read: () => {
      count += 1;
      const answer = answers[Math.min(count, answers.length) - 1];
      if (answer === undefined) throw new Error('no answer');
      return answer();
    },
    count: () => count,
  };
}

describe('the cache of a run', () => {
  it('are asked for once in a run, also by those who ask while the answer is on its way', async () => {
    const source = asked(async () => 'up');
    const cache = createRunCaches()(1);
    const answers = await Promise.all([1, 2, 3].map(() => cache.get('status', 60_000, source.read)));
    expect(answers).toEqual(['up', 'up', 'up']);
    expect(await cache.get('status', 60_000, source.read)).toBe('up');
    expect(source.count()).toBe(1);
  });

  it('are asked for again by the next run, and when they are too old', async () => {
    let clock = 0;
    const source = asked(
      async () => 1,
      async () => 2,
      async () => 3,
    );
    const keep = createRunCaches(() => clock);
    expect(await keep(1).get('status', 60, source.read)).toBe(1);
    expect(await keep(2).get('status', 60, source.read)).toBe(2);
    clock = 59;
    expect(await keep(1).get('status', 60, source.read)).toBe(1);
    clock = 60;
    expect(await keep(1).get('status', 60, source.read)).toBe(3);
  });

  it('hold no failure: who waited for one asks for itself', async () => {
    const failing = asked<string>(() => Promise.reject(new Error('stopped')));
    const source = asked(async () => 'up');
    const cache = createRunCaches()(1);
    const first = cache.get('status', 60_000, failing.read);
    const second = cache.get('status', 60_000, source.read);
    await expect(first).rejects.toThrow('stopped');
    expect(await second).toBe('up');
    // What the second asked for is its own: the third asks, and what it hears is kept.
    expect(await cache.get('status', 60_000, source.read)).toBe('up');
    expect(await cache.get('status', 60_000, source.read)).toBe('up');
    expect([failing.count(), source.count()]).toEqual([1, 2]);
  });

  it('outlive the failure of an older question that ends after them', async () => {
    let clock = 0;
    const old = Promise.withResolvers<string>();
    const source = asked(async () => 'up');
    const cache = createRunCaches(() => clock)(1);
    const first = cache.get('status', 60, () => old.promise);
    clock = 60;
    expect(await cache.get('status', 60, source.read)).toBe('up');
    old.reject(new Error('too late'));
    await expect(first).rejects.toThrow('too late');
    expect(await cache.get('status', 60, source.read)).toBe('up');
    expect(source.count()).toBe(1);
  });

  it('stay few: beyond a thousand names and eight runs the oldest are forgotten', async () => {
    const keep = createRunCaches();
    const source = asked(async () => 'up');
    for (let at = 0; at <= 1_000; at += 1) await keep(1).get(`rule ${at}`, 60_000, source.read);
    await keep(1).get('rule 1', 60_000, source.read);
    expect(source.count()).toBe(1_001);
    await keep(1).get('rule 0', 60_000, source.read);
    expect(source.count()).toBe(1_002);
    await keep(1).get('rule 1000', 60_000, source.read);
    expect(source.count()).toBe(1_002);
    for (let run = 2; run <= 9; run += 1) await keep(run).get('status', 60_000, source.read);
    await keep(1).get('rule 1000', 60_000, source.read);
    expect(source.count()).toBe(1_011);
  });
});
