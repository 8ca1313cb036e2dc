import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  between,
  equalIssues,
  type Issue,
  list,
  oracleOf,
  pageSize,
  population,
  serverOf,
  spread,
  window,
} from '../../../../test/support/sliced-search.ts';
import type { Filter, SearchOracle } from './slice-oracle.ts';
import { listSlices } from './slicing.ts';

describe('listing in slices', () => {
  test('is whole whenever it says so, and says otherwise with numbers', async () => {
    await fc.assert(
      fc.asyncProperty(population, fc.boolean(), fc.boolean(), async (issues, totalsCapped, filesListed) => {
        const { keys, outcome } = await list(serverOf(issues, { totalsCapped, filesListed }));
        if (outcome.proven) {
          expect(keys.size).toBe(issues.length);
          expect(outcome.count).toBe(issues.length);
        } else {
          expect(outcome.gaps.length).toBeGreaterThan(0);
        }
        if (keys.size < issues.length) expect(outcome.proven).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('proves any number of issues spread over time, also where totals are capped', async () => {
    const issues = equalIssues(500).map((issue, index) => ({ ...issue, created: Math.floor(index / 15) }));
    for (const totalsCapped of [false, true]) {
      const { keys, outcome } = await list(serverOf(issues, { totalsCapped }));
      expect(keys.size).toBe(500);
      expect(outcome).toMatchObject({ proven: true, count: 500 });
    }
  });

  test('reads up to two windows of equal issues from both ends, without asking for more pages than needed', async () => {
    const server = serverOf(equalIssues(25));
    const { keys, outcome } = await list(server);
    expect(keys.size).toBe(25);
    expect(outcome.proven).toBe(true);
    // One look, four pages from the front, one from the back.
    expect(server.calls).toBe(6);
  });

  test('reads equal issues from both ends where totals are capped, when the ends meet', async () => {
    const { keys, outcome } = await list(serverOf(equalIssues(35), { totalsCapped: true }));
    expect(keys.size).toBe(35);
    expect(outcome).toMatchObject({ proven: true, count: 35 });
  });

  test('a capped total equal to the window proves nothing: three windows of equal issues stay unproven', async () => {
    for (const totalsCapped of [false, true]) {
      const { keys, outcome } = await list(serverOf(equalIssues(60), { totalsCapped }));
      expect(keys.size).toBe(40);
      expect(outcome.proven).toBe(false);
      expect(outcome.gaps[0]).toMatch(/^40 of (60|20) issues/);
    }
  });

  test('splits one second by files beyond what a facet lists', async () => {
    const issues = equalIssues(120).map((issue, index) => ({ ...issue, files: `src/${index % 40}.js` }));
    const { keys, outcome } = await list(serverOf(issues));
    expect(keys.size).toBe(120);
    expect(outcome.proven).toBe(true);
  });

  test('an order that the server does not reverse is noticed', async () => {
    const server = serverOf(equalIssues(35), { totalsCapped: true });
    const oracle = oracleOf(server);
    const limits = { window, pageSize, totalsCapped: true, width: () => 1 };
    const stubborn: SearchOracle = { ...oracle, page: (filter, page) => oracle.page(filter, page, false) };
    const slices = listSlices({ oracle: stubborn, limits }, {});
    let next = await slices.next();
    while (next.done !== true) next = await slices.next();
    expect(next.value.proven).toBe(false);
  });

  test('an issue that changes its class in mid-listing is neither lost nor an endless loop', async () => {
    const issues = equalIssues(70).map((issue, index) => ({ ...issue, rules: `r:${index % 4}` }));
    for (let at = 1; at < 40; at += 1) {
      const copies = issues.map((issue) => ({ ...issue }));
      const server = serverOf(copies, {
        meanwhile(calls) {
          const edited = copies[3];
          if (calls === at && edited !== undefined) edited.rules = 'r:0';
        },
      });
      const { keys, outcome } = await list(server);
      expect(keys.size).toBe(70);
      expect(outcome).toMatchObject({ proven: true, count: 70 });
    }
  });

  test('parts that do not add up to the whole are read again, until they do', async () => {
    for (const at of [20, 60, 100]) {
      const issues = equalIssues(500).map((issue, index) => ({ ...issue, created: Math.floor(index / 15) }));
      const server = serverOf(issues, {
        meanwhile(calls) {
          // Into the first slice, when it was read long ago.
          if (calls === at) issues.push({ ...(issues[0] as Issue), key: 'late' });
        },
      });
      const { keys, outcome } = await list(server);
      expect(keys.has('late')).toBe(true);
      expect(outcome).toEqual({ count: 501, proven: true, gaps: [] });
    }
  });

  test('parts that never add up to the whole prove nothing, and the difference is named', async () => {
    const issues = equalIssues(500).map((issue, index) => ({ ...issue, created: Math.floor(index / 15) }));
    const oracle = oracleOf(serverOf(issues));
    const claimsMore: SearchOracle = {
      ...oracle,
      async page(filter, page, descending) {
        const answer = await oracle.page(filter, page, descending);
        return Object.keys(filter).length === 0 ? { ...answer, total: answer.total + 1 } : answer;
      },
    };
    const limits = { window, pageSize, totalsCapped: false, width: () => 1 };
    const slices = listSlices({ oracle: claimsMore, limits }, {});
    let next = await slices.next();
    while (next.done !== true) next = await slices.next();
    expect(next.value).toEqual({ count: 500, proven: false, gaps: ['500 of 501 issues of {}'] });
  });
});

describe('a slice that nothing makes small', () => {
  test('is walked on where both ends fail and time does not', async () => {
    const { keys, outcome } = await list(serverOf(spread(35)), (oracle) => ({
      ...oracle,
      page: (filter, page) => oracle.page(filter, page, false),
    }));
    expect(keys.size).toBe(35);
    expect(outcome).toEqual({ count: 35, proven: true, gaps: [] });
  });

  test('of one file proves nothing, and is not split by files again', async () => {
    const issues = equalIssues(70).map((issue, index) => ({ ...issue, files: index < 65 ? 'a.js' : `${index}.js` }));
    for (const totalsCapped of [false, true]) {
      const server = serverOf(issues, { totalsCapped });
      const { keys, outcome } = await list(server);
      expect(keys.size).toBe(45);
      expect(outcome.proven).toBe(false);
      expect(outcome.gaps.join()).toContain('"files":"a.js"');
      // Once for each of three readings.
      expect(server.asked.filter((asked) => asked === 'paths').length).toBe(3);
    }
  });

  test('is split by one field after the other', async () => {
    const issues = equalIssues(180).map((issue, index) => ({
      ...issue,
      types: ['BUG', 'CODE_SMELL'][index % 2] as string,
      severities: ['MAJOR', 'MINOR', 'INFO'][index % 3] as string,
      rules: `r:${index % 4}`,
    }));
    for (const totalsCapped of [false, true]) {
      const { keys, outcome } = await list(serverOf(issues, { totalsCapped }));
      expect(keys.size).toBe(180);
      expect(outcome).toEqual({ count: 180, proven: true, gaps: [] });
    }
  });

  test('ends in a gap where the server does not know the field it is split by', async () => {
    const issues = equalIssues(60).map((issue, index) => ({ ...issue, rules: `r:${index % 4}` }));
    const { outcome } = await list(serverOf(issues), (oracle) => {
      const without = (filter: Filter): Filter =>
        Object.fromEntries(Object.entries(filter).filter(([name]) => name !== 'rules'));
      return {
        ...oracle,
        page: (filter, page, descending) => oracle.page(without(filter), page, descending),
        facets: (filter) => oracle.facets(without(filter)),
      };
    });
    expect(outcome.proven).toBe(false);
    expect(outcome.gaps.length).toBeGreaterThan(0);
  });

  test('is not asked for by a name that the server would read as two', async () => {
    const issues = equalIssues(60).map((issue, index) => ({
      ...issue,
      files: ['a', 'b', 'c', 'd', 'e', 'a,b'][index % 6]!,
    }));
    const server = serverOf(issues);
    const { outcome } = await list(server);
    const groups = server.asked.flatMap((asked) => asked.match(/ files=.*/g) ?? []);
    expect(groups[0]).toBe(' files=a,b,c,d,e');
    expect(outcome).toMatchObject({ count: 50, proven: false });
  });

  test('and whose total its own pages contradict ends, unproven', async () => {
    const { keys, outcome } = await list(serverOf(spread(7)), (oracle) => ({
      ...oracle,
      page: async (filter, page, descending) => ({ ...(await oracle.page(filter, page, descending)), total: 50 }),
    }));
    expect(keys.size).toBe(7);
    expect(outcome.proven).toBe(false);
  });
});

describe('parts that add up', () => {
  test('prove nothing while one of them has a gap, which is named', async () => {
    const { keys, outcome } = await list(serverOf(equalIssues(40), { totalsCapped: true }));
    expect(keys.size).toBe(40);
    expect(outcome.proven).toBe(false);
    expect(outcome.gaps).toEqual(['40 of 20 issues of {"createdAfter":"100","createdBefore":"101"}']);
  });

  test('by time are walked again when more appeared in one than fits', async () => {
    const issues = spread(60).map((issue) => ({ ...issue, created: issue.created * 10 }));
    const { keys, outcome } = await list(
      serverOf(issues, {
        totalsCapped: true,
        meanwhile(calls) {
          // After the look at the first window, before it is read.
          if (calls !== 4) return;
          for (let n = 0; n < 50; n += 1) issues.push({ ...issues[0]!, key: `late${n}`, created: n });
        },
      }),
    );
    expect(keys.size).toBe(110);
    expect(outcome).toEqual({ count: 110, proven: true, gaps: [] });
  });

  test('are not read again but for those that changed, and counted in groups only where totals are capped', async () => {
    for (const totalsCapped of [false, true]) {
      const issues = spread(60);
      const server = serverOf(issues, {
        totalsCapped,
        meanwhile(calls) {
          // Into the last part, when all are read.
          if (calls === 23) issues.push({ ...issues[59]!, key: 'late' });
        },
      });
      const { keys, outcome } = await list(server);
      expect(keys.size).toBe(61);
      expect(outcome).toEqual({ count: 61, proven: true, gaps: [] });
      const whole = totalsCapped ? ['+1', 'facets'] : ['+1'];
      expect(server.asked.slice(server.asked.indexOf('+1', 3))).toEqual([
        ...whole,
        `+1${between(0, 19)}`,
        `+1${between(19, 38)}`,
        `+1${between(38, 57)}`,
        '+1 createdAfter=57',
        '+1 createdAfter=57',
        ...whole,
      ]);
    }
  });
});
