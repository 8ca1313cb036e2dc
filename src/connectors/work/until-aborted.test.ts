import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { untilAborted } from './until-aborted.ts';

async function* count(to: number): AsyncGenerator<number> {
  for (let at = 0; at < to; at += 1) {
    await turn();
    yield at;
  }
}

const never = new Promise<never>(() => undefined);

describe('reading until it is aborted', () => {
  it('yields everything and leaves nothing at the signal, however much it was', async () => {
    const { signal } = new AbortController();
    const seen: number[] = [];
    for await (const value of untilAborted(count(50), signal)) {
      seen.push(value);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }
    expect(seen).toHaveLength(50);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('does not hold on to what it has yielded', async () => {
    const { signal } = new AbortController();
    const registry: WeakRef<object>[] = [];
    async function* pages(): AsyncGenerator<object> {
      for (let at = 0; at < 20; at += 1) {
        const page = { rows: Array.from({ length: 1_000 }, (_, row) => ({ row, at })) };
        registry.push(new WeakRef(page));
        yield page;
        await turn();
      }
    }
    let alive = 0;
    for await (const page of untilAborted(pages(), signal)) {
      expect(page).toBeDefined();
      if (registry.length < 20) continue;
      // Enough garbage that the young pages are looked at, with or without a way to ask for it.
      const { setFlagsFromString } = await import('node:v8');
      setFlagsFromString('--expose-gc');
      const collect = (await import('node:vm')).runInNewContext('gc') as () => void;
      await turn();
      collect();
      alive = registry.filter((reference) => reference.deref() !== undefined).length;
    }
    expect(alive).toBeLessThan(5);
  });

  it.each(['before', 'while waiting'])('ends with the reason when aborted %s', async (when) => {
    const abort = new AbortController();
    if (when === 'before') abort.abort(new Error('enough'));
    let returned = false;
    async function* stuck(): AsyncGenerator<number> {
      try {
        yield await never;
      } finally {
        returned = true;
      }
    }
    const reading = (async () => {
      for await (const value of untilAborted(stuck(), abort.signal)) throw new Error(`yielded ${value}`);
    })();
    if (when !== 'before') abort.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    // Stuck in its call, it is not waited for.
    expect(returned).toBe(false);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('lets what it reads end when nobody wants more', async () => {
    let ended = false;
    async function* open(): AsyncGenerator<number> {
      try {
        for (let at = 0; ; at += 1) yield at;
      } finally {
        ended = true;
      }
    }
    for await (const value of untilAborted(open(), new AbortController().signal)) if (value === 2) break;
    await turn();
    expect(ended).toBe(true);
  });

  it('passes a fault on and lets go of the signal', async () => {
    const { signal } = new AbortController();
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('broken');
    }
    await expect(Array.fromAsync(untilAborted(failing(), signal))).rejects.toThrow('broken');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
