import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { differences, type Shape, shapesOf } from '../shape.ts';
import type { Checks } from '../target.ts';

/** Members of the real answers, written down from a real server; the versions that were run. */
const recorded = ['26.9', '9.9'];

export const memberChecks: Checks = {
  'answer-members': async (t) => {
    if (!recorded.includes(t.profile.name)) return;
    const file = new URL(`../shapes/${t.profile.name}.json`, import.meta.url);
    const expected = JSON.parse(await readFile(file, 'utf8')) as Record<string, Shape>;
    const actual = await shapesOf(t);
    const words = Object.entries(actual).map(([name, shape]) => [name, differences(expected[name] ?? {}, shape)]);
    expect(words.filter(([, found]) => found?.length !== 0)).toEqual([]);
  },
};
