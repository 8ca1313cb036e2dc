import { describe, expect, it } from 'vitest';
import { chooseLanes, runLanes, shareOutput } from './lanes.ts';

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
  const lanes = [['a', 'b'], ['c'], ['d', 'e']] as const;

  it('keep their order, and those without a wanted stage are none', () => {
    expect(chooseLanes(lanes, (name) => name !== 'c' && name !== 'd', false)).toEqual([['a', 'b'], ['e']]);
    expect(chooseLanes(lanes, () => false, true)).toEqual([]);
  });

  it('are one where stages shall run alone', () => {
    expect(chooseLanes(lanes, (name) => name !== 'd', true)).toEqual([['a', 'b', 'c', 'e']]);
  });

  it('run beside each other, the stages of one after each other, each of them once', async () => {
    const log: string[] = [];
    await runLanes(lanes, async (name) => {
      log.push(`${name} begins`);
      for (let turn = 0; turn < 3; turn++) await Promise.resolve();
      log.push(`${name} ends`);
    });
    expect(log.slice(0, 3)).toEqual(['a begins', 'c begins', 'd begins']);
    expect(log.indexOf('b begins')).toBeGreaterThan(log.indexOf('a ends'));
    expect(log.indexOf('e begins')).toBeGreaterThan(log.indexOf('d ends'));
    expect(log).toHaveLength(10);
  });
});
