import { describe, expect, test } from 'vitest';
import {
  between,
  equalIssues,
  type Issue,
  list,
  oracleOf,
  pages,
  pageSize,
  serverOf,
  type Server,
  spread,
  window,
  look,
} from '../../../../test/support/sliced-search.ts';
import { listSlices } from './slicing.ts';

describe('what a listing asks for', () => {
  const askedFor = async (issues: Issue[], options: Partial<Server> = {}): Promise<string[]> => {
    const server = serverOf(issues, options);
    await list(server);
    return server.asked;
  };

  test('nothing but one page where there is nothing, of which nothing is told', async () => {
    const server = serverOf([]);
    const first = await listSlices(
      { oracle: oracleOf(server), limits: { window, pageSize, totalsCapped: false, width: () => 1 } },
      {},
    ).next();
    expect(first).toEqual({ done: true, value: { count: 0, proven: true, gaps: [] } });
    expect(server.asked).toEqual(['+1']);
  });

  test('each page once while all fits, also when it fits exactly', async () => {
    expect(await askedFor(spread(12))).toEqual(pages(3));
    expect(await askedFor(spread(20))).toEqual(pages(4));
  });

  test('both ends for up to two windows of any kind, and time for more', async () => {
    const both = ['+1', ...pages(4), '-1', '-2', '-3', '-4'];
    expect(await askedFor(equalIssues(40))).toEqual(both);
    expect((await askedFor(equalIssues(41))).slice(0, 3)).toEqual(['+1', '+1', '+4']);
    expect((await askedFor(spread(35), { totalsCapped: true })).slice(0, 3)).toEqual(['+1', '+1', '+4']);
  });

  test('time in parts as long as a window, the last of which is read as it is', async () => {
    const rest = ' createdAfter=38';
    const parts = [
      '+1',
      ...look(),
      ...pages(4, between(0, 19)),
      ...look(' createdAfter=19'),
      ...pages(4, between(19, 38)),
      ...look(rest),
      ...pages(4, rest),
    ];
    expect(await askedFor(spread(56))).toEqual([...parts, '+1']);
    // Where totals are capped the whole is counted by its types.
    expect(await askedFor(spread(56), { totalsCapped: true })).toEqual([...parts, '+1', 'facets']);
  });

  test('the field that costs fewest pages', async () => {
    const issues = equalIssues(51).map((issue, index) => ({
      ...issue,
      types: index === 0 ? 'BUG' : 'CODE_SMELL',
      severities: ['MAJOR', 'MINOR', 'INFO'][index % 3] as string,
    }));
    const here = between(100, 101);
    expect(await askedFor(issues)).toEqual([
      '+1',
      ...look(),
      `+1${here}`,
      `facets${here}`,
      ...['MAJOR', 'MINOR', 'INFO'].flatMap((value) => pages(4, `${here} severities=${value}`)),
      `+1${here}`,
      ...look(' createdAfter=101'),
      '+1 createdAfter=101',
      '+1',
    ]);
  });

  test('files in groups, halved until they fit, without those that have nothing here', async () => {
    const issues = equalIssues(60).map((issue, index) => ({ ...issue, files: `${index % 6}.js` }));
    const elsewhere = ['x.js', 'y.js'].map((files) => ({ ...issues[0]!, key: files, created: 1, files }));
    const here = between(100, 101);
    const files = (...names: (number | string)[]): string =>
      `${here} files=${names.map((name) => `${name}.js`).join(',')}`;
    const look1 = (...names: (number | string)[]): string => `+1${files(...names)}`;
    const one = (name: number): string[] => [look1(name), ...pages(2, files(name))];
    expect(await askedFor([...issues, ...elsewhere])).toEqual([
      '+1',
      ...look(),
      `+1${between(1, 100)}`,
      ...look(' createdAfter=100'),
      `+1${here}`,
      `facets${here}`,
      'paths',
      look1(0, 1, 2, 3, 4, 5, 'x', 'y'),
      look1(0, 1, 2, 3),
      look1(0, 1),
      ...one(0),
      ...one(1),
      look1(2, 3),
      ...one(2),
      ...one(3),
      look1(4, 5, 'x', 'y'),
      look1(4, 5),
      ...one(4),
      ...one(5),
      look1('x', 'y'),
      `+1${here}`,
      ...look(' createdAfter=101'),
      '+1 createdAfter=101',
      '+1',
    ]);
  });

  test('both ends of what nothing splits', async () => {
    const here = between(100, 101);
    const reading = (...asked: string[]): string[] => [
      `+1${here}`,
      `facets${here}`,
      ...asked,
      ...pages(4, here),
      ...pages(4, here).map((page) => page.replace('+', '-')),
    ];
    for (const filesListed of [false, true]) {
      const asked = await askedFor(equalIssues(60), { filesListed });
      const again = ['+1', `+1${here}`, ...reading('paths'), '+1 createdAfter=101'];
      expect(asked).toEqual([
        '+1',
        ...look(),
        ...reading('paths'),
        ...look(' createdAfter=101'),
        '+1 createdAfter=101',
        ...again,
        ...again,
        '+1',
      ]);
    }
  });
});
