import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../address/search.ts';
import { compareSearch } from './search.ts';

const read = (address: string) => compareSearch(parseSearch(address));

it('the address names up to six nodes, each once', () => {
  expect(stringifySearch({ ...read('?nodes=3,1,2&tree=4') })).toBe('?nodes=1,2,3&tree=4');
  expect(read('?nodes=8,7,6,5,4,3,2,8').nodes).toEqual([2, 3, 4, 5, 6, 7]);
  expect(read('?nodes=all&tree=-1')).toEqual({ nodes: undefined, tree: undefined });
});
