import { describe, expect, it } from 'vitest';
import { runLanes, shareOutput } from './lanes.ts';

describe('output of stages that run at once', () => {
  const listen = (): { heard: () => string; open: ReturnType<typeof shareOutput>['open'] } => {
    const words: string[] = [];
    const { open } = shareOutput((text) => words.push(text));
    return { heard: () => words.join(''), open };
  };

  it('is heard at once from the first, and kept of the others', () => {
    const { heard, open } = listen();
    const [first, second] = [open(), open()];
    first.say('a');
    second.say('1');
    first.say('b');
    expect(heard()).toBe('ab');
  });

  it('never has the words of one between those of another, and loses none', () => {
    const { heard, open } = listen();
    const [first, second, third] = [open(), open(), open()];
    third.say('x');
    first.say('a');
    second.say('1');
    third.say('y');
    third.end();
    expect(heard()).toBe('a');
    first.say('b');
    first.end();
    // What has ended first, then what the next said so far; it is heard from now on.
    expect(heard()).toBe('abxy1');
    second.say('2');
    expect(heard()).toBe('abxy12');
    const fourth = open();
    fourth.say('p');
    second.end();
    expect(heard()).toBe('abxy12p');
    fourth.end();
    const fifth = open();
    fifth.say('q');
    expect(heard()).toBe('abxy12pq');
  });
});

describe('lanes', () => {
  /** Runs stages that take so many turns each; what began and ended, in order. */
  async function log(turns: Record<string, number>, lanes: number): Promise<string[]> {
    const words: string[] = [];
    const options = { lanes, group: (name: string) => name.replace(/-.*/, '') };
    await runLanes(Object.keys(turns), options, async (name) => {
      words.push(`${name} begins`);
      for (let turn = 0; turn < (turns[name] ?? 0); turn++) await Promise.resolve();
      words.push(`${name} ends`);
    });
    return words;
  }
  const begun = (words: readonly string[]): string[] => words.flatMap((word) => /(.+) begins/.exec(word)?.[1] ?? []);

  it('begin stages in their order, each once; the one that is free takes the next', async () => {
    const words = await log({ a: 20, b: 3, c: 3, d: 3 }, 2);
    expect(begun(words)).toEqual(['a', 'b', 'c', 'd']);
    expect(words).toHaveLength(8);
    expect(words.slice(0, 2)).toEqual(['a begins', 'b begins']);
    expect(words.indexOf('c begins')).toBe(words.indexOf('b ends') + 1);
    expect(words.at(-1)).toBe('a ends');
  });

  it('run one after the other where there is one', async () => {
    expect(await log({ a: 2, b: 2 }, 1)).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('never run two of a group beside each other, and leave none of them out', async () => {
    const words = await log({ 'real-1': 30, 'real-2': 3, a: 3, 'real-3': 3, b: 3 }, 3);
    expect(begun(words)).toEqual(['real-1', 'a', 'b', 'real-2', 'real-3']);
    expect(words.indexOf('real-2 begins')).toBeGreaterThan(words.indexOf('real-1 ends'));
    expect(words.indexOf('real-3 begins')).toBeGreaterThan(words.indexOf('real-2 ends'));
    expect(words).toHaveLength(10);
  });
});
