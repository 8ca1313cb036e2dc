import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../address/search.ts';
import {
  findingsParameters,
  nodeParameters,
  opensList,
  securitySearch,
  throughDoor,
  trendParameters,
} from './search.ts';

const read = (address: string) => securitySearch(parseSearch(address));

describe('address of the Security page', () => {
  it('survives a round trip', () => {
    const address = '?projects=3,7&severity=critical,high&granularity=month&from=2026-01-01&trend=1&page=2&finding=9';
    expect(stringifySearch({ ...read(address) })).toBe(address);
  });

  it('opens with nonsense in it', () => {
    expect(stringifySearch({ ...read('?severity=purple&page=-1&from=soon&list=all') })).toBe('');
  });

  it('lets a chart have severities of its own', () => {
    const search = read('?severity=critical&openSeverity=low');
    expect(trendParameters(search, search.openSeverity)['severity']).toEqual(['low']);
    expect(trendParameters(search, search.flowSeverity)['severity']).toEqual(['critical']);
  });

  it('asks of a node for every part, and for the nodes below it whatever projects are chosen', () => {
    const search = read('?node=7&projects=3&severity=high');
    for (const asked of [trendParameters(search, undefined), findingsParameters(search)]) {
      expect(asked).toMatchObject({ node: 7, projects: [3] });
    }
    expect(nodeParameters(search)).toMatchObject({ node: 7, projects: undefined, severity: ['high'] });
    expect(read('?node=-1').node).toBeUndefined();
    expect(trendParameters(read('?node=7&treeAt=2026-09-30'), undefined)).toMatchObject({ treeAt: '2026-09-30' });
    expect(trendParameters(read('?treeAt=2026-09-30'), undefined)['treeAt']).toBeUndefined();
  });

  it('prefers a custom range to the preset', () => {
    expect(trendParameters(read('?preset=12m&from=2026-01-01'), undefined)).toMatchObject({ from: '2026-01-01' });
    expect(trendParameters(read('?preset=12m&from=2026-01-01'), undefined)).not.toHaveProperty('preset');
  });

  it('does not filter hotspots by severity', () => {
    expect(findingsParameters(read('?list=hotspots&severity=critical'))['severity']).toBeUndefined();
  });

  it('lets a tile filter the list and nothing else, and a second click take that back', () => {
    const before = read('?severity=critical,high&page=3');
    const high = { list: 'open', severity: 'high' } as const;
    const through = throughDoor(before, high);
    expect(findingsParameters(through)).toMatchObject({ severity: ['high'], page: undefined });
    expect(trendParameters(through, undefined)['severity']).toEqual(['critical', 'high']);
    expect(through.severity).toEqual(before.severity);
    expect([opensList(before, high), opensList(through, high)]).toEqual([false, true]);
    expect(findingsParameters(throughDoor(through, high))['severity']).toEqual(['critical', 'high']);
  });

  it('lists what stands so to its target in the order in which it breaks it', () => {
    const broken = { list: 'open', target: ['broken'] } as const;
    const through = throughDoor(read('?sort=project&age=0-7'), broken);
    expect(findingsParameters(through)).toMatchObject({ target: ['broken'], sort: 'due' });
    expect(findingsParameters(through)).not.toHaveProperty('age');
    expect([opensList(through, broken), opensList(through, { list: 'open' })]).toEqual([true, false]);
    expect(throughDoor(through, broken).target).toBeUndefined();
    expect(findingsParameters(read('?list=accepted&target=broken&sort=due'))).toMatchObject({ sort: undefined });
    expect(findingsParameters(read('?list=accepted&target=broken'))['target']).toBeUndefined();
  });

  it('opens a list whole, whatever severity a tile had set', () => {
    const accepted = throughDoor(read('?listSeverity=low'), { list: 'accepted' });
    expect(findingsParameters(accepted)).toMatchObject({ list: 'accepted', severity: undefined });
    expect(throughDoor(accepted, { list: 'accepted' }).list).toBeUndefined();
    expect(throughDoor(read('?list=hotspots'), { list: 'open' }).list).toBeUndefined();
  });
});
