import { expect, it } from 'vitest';
import type { FigureName } from '../../../src/features/overview/contract.ts';
import { runningSearch } from '../running/search.ts';
import { doorOf, figureWords } from './figure-words.ts';

const names = Object.keys(figureWords) as FigureName[];
const at = { weekFrom: '2026-11-24' };
const searchOf = (name: FigureName, node: number | undefined): Record<string, unknown> =>
  doorOf(name, { node, ...at }).search as unknown as Record<string, unknown>;

it.each(names)('%s leads to the same node as the tile is of, and to no node from the organization', (name) => {
  expect(searchOf(name, 7)['node']).toBe(7);
  expect(searchOf(name, undefined)['node']).toBeUndefined();
});

it('what runs with a failed image leads to a page that keeps both in its address', () => {
  expect(runningSearch(searchOf('running_failed', 7))).toMatchObject({ state: ['failed'], node: 7 });
});
