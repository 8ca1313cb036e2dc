import fc from 'fast-check';
import type {
  Filter,
  SearchOracle,
  SliceOutcome,
  SlicingLimits,
} from '../../src/connectors/sonarqube/issues/slice-oracle.ts';
import { listSlices } from '../../src/connectors/sonarqube/issues/slicing.ts';

export interface Issue {
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
export const window = 20;
export const pageSize = 5;
const facetValues = 4;

export interface Server {
  population: Issue[];
  totalsCapped: boolean;
  filesListed: boolean;
  calls: number;
  /** What was asked for: `+2 files=a.js` is the second page from the front, `facets` the counts, `paths` the files. */
  asked: string[];
  /** Runs before each call: somebody works on the server meanwhile. */
  meanwhile(calls: number): void;
}

export function serverOf(population: Issue[], options: Partial<Server> = {}): Server {
  return { population, totalsCapped: false, filesListed: true, calls: 0, asked: [], meanwhile: () => {}, ...options };
}

function matches(issue: Issue, filter: Filter): boolean {
  return Object.entries(filter).every(([name, value]) => {
    if (name === 'createdAfter') return issue.created >= Number(value);
    if (name === 'createdBefore') return issue.created < Number(value);
    return value.split(',').includes(String(issue[name as (typeof fields)[number]]));
  });
}

export function oracleOf(server: Server): SearchOracle {
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

export async function list(
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

export const population = fc
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

export const equalIssues = (count: number): Issue[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `k${index}`,
    created: 100,
    types: 'BUG',
    severities: 'MAJOR',
    rules: 'r:1',
    files: 'a.js',
  }));

export const spread = (count: number): Issue[] =>
  equalIssues(count).map((issue, index) => ({ ...issue, created: index }));

/** Requests for the pages up to `last`, from the front. */
export const pages = (last: number, filter = ''): string[] =>
  Array.from({ length: last }, (_, index) => `+${index + 1}${filter}`);

/** The look at one window of a walk: its first page and its last. */
export const look = (filter = ''): string[] => [`+1${filter}`, `+4${filter}`];

/** Between two seconds. */
export const between = (from: number, to: number): string => ` createdAfter=${from} createdBefore=${to}`;
