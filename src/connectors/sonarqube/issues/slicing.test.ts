import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
  /** What was asked for: `+2 files=a.js` is the second page from the front, `facets` the counts, `paths` the files. */
  asked: string[];
  /** Runs before each call: somebody works on the server meanwhile. */
  meanwhile(calls: number): void;
}

function serverOf(population: Issue[], options: Partial<Server> = {}): Server {
  return { population, totalsCapped: false, filesListed: true, calls: 0, asked: [], meanwhile: () => {}, ...options };
}

function matches(issue: Issue, filter: Filter): boolean {
  return Object.entries(filter).every(([name, value]) => {
    if (name === 'createdAfter') return issue.created >= Number(value);
    if (name === 'createdBefore') return issue.created < Number(value);
    return value.split(',').includes(String(issue[name as (typeof fields)[number]]));
  });
}

function oracleOf(server: Server): SearchOracle {
  const found = (filter: Filter, what: string): Issue[] => {
    server.calls += 1;
    const words = Object.entries(filter).map(([name, value]) => ` ${name}=${value}`);
    server.asked.push(`${what}${words.join('')}`);
    if (server.calls > 20_000) throw new Error('the planner loops');
    server.meanwhile(server.calls);
    return server.population.filter((issue) => matches(issue, filter));
  };
  const totalOf = (issues: Issue[]): number => (server.totalsCapped ? Math.min(window, issues.length) : issues.length);
  return {
    async page(filter, page, descending) {
      if (page * pageSize > window) throw new Error('Can return only the first results.');
      const order = (a: Issue, b: Issue): number => a.created - b.created || (a.key < b.key ? -1 : 1);
      const issues = found(filter, `${descending ? '-' : '+'}${page}`).sort(descending ? (a, b) => order(b, a) : order);
      return { total: totalOf(issues), issues: issues.slice((page - 1) * pageSize, page * pageSize) };
    },
    async facets(filter) {
      const issues = found(filter, 'facets');
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
    files: async () => {
      server.asked.push('paths');
      return server.filesListed
        ? [...new Set(server.population.map((issue) => issue.files))].filter((path) => path !== null)
        : null;
    },
    keyOf: (issue) => (issue as Issue).key,
    createdOf: (issue) => (issue as Issue).created,
    dateParameter: String,
  };
}

async function list(
  server: Server,
  change: (oracle: SearchOracle) => SearchOracle = (oracle) => oracle,
): Promise<{ keys: Set<string>; outcome: SliceOutcome }> {
  const limits: SlicingLimits = { window, pageSize, totalsCapped: server.totalsCapped, width: () => 3 };
  const keys = new Set<string>();
  const slices = listSlices({ oracle: change(oracleOf(server)), limits }, {});
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

const spread = (count: number): Issue[] => equalIssues(count).map((issue, index) => ({ ...issue, created: index }));

/** Requests for the pages up to `last`, from the front. */
const pages = (last: number, filter = ''): string[] =>
  Array.from({ length: last }, (_, index) => `+${index + 1}${filter}`);

/** The look at one window of a walk: its first page and its last. */
const look = (filter = ''): string[] => [`+1${filter}`, `+4${filter}`];

/** Between two seconds. */
const between = (from: number, to: number): string => ` createdAfter=${from} createdBefore=${to}`;

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
