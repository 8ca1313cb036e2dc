import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPartition } from './slice-counts.ts';
import type { Filter, SearchOracle, SliceOutcome, SlicingLimits } from './slice-oracle.ts';
import { listSlices } from './slicing.ts';

interface Issue {
  key: string;
  created: number;
  types: string;
  severities: string;
  rules: string;
  /** Null for an issue of the project itself. */
  files: string | null;
}

const fields = ['types', 'severities', 'rules', 'files'] as const;

/** A server with a small window: 20 results in pages of 5, facets of 4 values. */
const window = 20;
const pageSize = 5;
const facetValues = 4;

interface Server {
  population: Issue[];
  totalsCapped: boolean;
  filesListed: boolean;
  calls: number;
  /** Runs before each call: somebody works on the server meanwhile. */
  meanwhile(calls: number): void;
}

function serverOf(population: Issue[], options: Partial<Server> = {}): Server {
  return { population, totalsCapped: false, filesListed: true, calls: 0, meanwhile: () => {}, ...options };
}

function matches(issue: Issue, filter: Filter): boolean {
  return Object.entries(filter).every(([name, value]) => {
    if (name === 'createdAfter') return issue.created >= Number(value);
    if (name === 'createdBefore') return issue.created < Number(value);
    return value.split(',').includes(String(issue[name as (typeof fields)[number]]));
  });
}

function oracleOf(server: Server): SearchOracle {
  const found = (filter: Filter): Issue[] => {
    server.calls += 1;
    if (server.calls > 20_000) throw new Error('the planner loops');
    server.meanwhile(server.calls);
    return server.population.filter((issue) => matches(issue, filter));
  };
  const totalOf = (issues: Issue[]): number => (server.totalsCapped ? Math.min(window, issues.length) : issues.length);
  return {
    async page(filter, page, descending) {
      if (page * pageSize > window) throw new Error('Can return only the first results.');
      const order = (a: Issue, b: Issue): number => a.created - b.created || (a.key < b.key ? -1 : 1);
      const issues = found(filter).sort(descending ? (a, b) => order(b, a) : order);
      return { total: totalOf(issues), issues: issues.slice((page - 1) * pageSize, page * pageSize) };
    },
    async facets(filter) {
      const issues = found(filter);
      const counts: Record<string, ReadonlyMap<string, number>> = {};
      for (const field of fields) {
        const values = Map.groupBy(
          issues.filter((issue) => issue[field] !== null),
          (issue) => String(issue[field]),
        );
        const largest = [...values].sort((a, b) => b[1].length - a[1].length).slice(0, facetValues);
        counts[field] = new Map(largest.map(([value, group]) => [value, group.length]));
      }
      return { total: totalOf(issues), counts };
    },
    files: async () =>
      server.filesListed
        ? [...new Set(server.population.map((issue) => issue.files))].filter((path) => path !== null)
        : null,
    keyOf: (issue) => (issue as Issue).key,
    createdOf: (issue) => (issue as Issue).created,
    dateParameter: String,
  };
}

async function list(server: Server): Promise<{ keys: Set<string>; outcome: SliceOutcome }> {
  const limits: SlicingLimits = { window, pageSize, totalsCapped: server.totalsCapped, width: () => 3 };
  const keys = new Set<string>();
  const slices = listSlices({ oracle: oracleOf(server), limits }, {});
  for (;;) {
    const next = await slices.next();
    if (next.done === true) return { keys, outcome: next.value };
    for (const issue of next.value) keys.add((issue as Issue).key);
  }
}

const population = fc
  .array(
    fc.record({
      created: fc.oneof(fc.constant(100), fc.integer({ min: 95, max: 105 }), fc.integer({ min: 0, max: 100_000 })),
      types: fc.constantFrom('BUG', 'CODE_SMELL', 'VULNERABILITY'),
      severities: fc.constantFrom('MAJOR', 'MINOR', 'INFO'),
      rules: fc.oneof(
        fc.constant('r:1'),
        fc.integer({ min: 1, max: 9 }).map((n) => `r:${n}`),
      ),
      files: fc.oneof(
        fc.constant(null),
        fc.constant('a.js'),
        fc.integer({ min: 1, max: 30 }).map((n) => `src/${n}.js`),
      ),
    }),
    { maxLength: 300 },
  )
  .map((issues): Issue[] => issues.map((issue, index) => ({ ...issue, key: `k${String((index * 7919) % 100_003)}` })));

const equalIssues = (count: number): Issue[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `k${index}`,
    created: 100,
    types: 'BUG',
    severities: 'MAJOR',
    rules: 'r:1',
    files: 'a.js',
  }));

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

describe('a field splits a listing', () => {
  const values = new Map([
    ['BUG', 3],
    ['CODE_SMELL', 4],
  ]);

  test('only when the counts of its values add up to the total', () => {
    expect(isPartition('types', values, 7)).toBe(true);
    for (const total of [6, 8]) expect(isPartition('types', values, total)).toBe(false);
  });

  test('only when it has several values, each of which can be asked for', () => {
    expect(isPartition('types', new Map([['BUG', 7]]), 7)).toBe(false);
    expect(isPartition('files', new Map([...values, ['a,b', 1]]), 8)).toBe(false);
    expect(isPartition('files', new Map([...values, ['', 1]]), 8)).toBe(false);
    expect(isPartition('assignees', new Map([...values, ['', 1]]), 8)).toBe(true);
  });
});
