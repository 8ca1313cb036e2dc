import { describe, expect, it } from 'vitest';
import { rowNoun, sliceTitle, streamTitle, hasStreamWords, wayWords, whereIs } from '../domain/stream-words.ts';
import { connectors } from './index.ts';

describe('words of streams', () => {
  const declared = connectors.flatMap(({ kind, streams }) => streams.map((stream) => ({ kind, ...stream })));

  it.each(declared)('$kind $name has words, the title of its connector first', ({ name, title }) => {
    expect(hasStreamWords(name)).toBe(true);
    expect(streamTitle(name)).toBe(title);
    for (const words of [streamTitle(name), rowNoun(name, 1), rowNoun(name, 2)]) expect(words).not.toMatch(/_/);
    expect(rowNoun(name, 1)).not.toBe(rowNoun(name, 2));
  });

  it('never falls back to the raw name', () => {
    expect([streamTitle('branch_list'), rowNoun('branch_list', 1), rowNoun('constructor', 2)]).toEqual([
      'Rows',
      'row',
      'rows',
    ]);
  });

  it('say places without prefixes', () => {
    expect([sliceTitle('discovery'), sliceTitle('repository:team/shop')]).toEqual([
      'What there is to read',
      'team/shop',
    ]);
    expect(whereIs('pull_request:12', 'project:shop')).toBe(' of pull request 12 of shop');
    expect(whereIs('', 'discovery')).toBe('');
  });

  it.each(['api/issues/list', '/v2/<name>/tags/list', 'issues/list', 'api/measures/component', 'assumed main branch'])(
    'say the way %s without a path',
    (method) => {
      expect(wayWords(method)).not.toMatch(/[/_]/);
    },
  );
});
