import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { text } from 'node:stream/consumers';
import { ask } from '../../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../../bench/insights/generate.ts';
import { type Random, seededRandom } from '../../../../../bench/insights/random.ts';
import { joinList } from '../../../../domain/escaped-list.ts';
import { cloneDatabase, type TestDatabase } from '../../../../../test/support/database.ts';
import type { Route, StreamedAnswer } from '../../../access/index.ts';
import { FacetName, type Facets, type Findings } from '../../contract.ts';
import { codeQualityRoutes } from '../../index.ts';
import { listedLevels } from './listed.ts';
import { plainFindings, type PlainFinding, valuesOf } from '../../../../../test/support/plain-findings.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let clone: TestDatabase;
let routes: Route[];
let stored: PlainFinding[];

beforeAll(async () => {
  clone = await cloneDatabase();
  await generate(clone.db, { findings: 3000, projects: 12, seed, now, days: 'direct' });
  // Both readings differ, one project left the scope, one is counted elsewhere, one is gone, and a branch is.
  await clone.db.execute(`
    update code_quality.findings set type = (array['VULNERABILITY', 'BUG', 'CODE_SMELL'])[1 + id % 3], severity = (array['BLOCKER', 'MAJOR', 'INFO', 'odd'])[1 + id % 4]
     where kind = 'issue' and id % 5 <> 0;
    insert into integrations.integrations (name, kind, settings) values ('standard', 'sonarqube', '{"url": "https://other.example"}');
    insert into code_quality.counting_modes (integration_id, from_at, mode, told) values (2, '-infinity', 'standard', true);
    update code_quality.projects set integration_id = 2 where id in (3, 4);
    update code_quality.findings set integration_id = 2 where project_id in (3, 4);
    update code_quality.projects set left_scope_at = now() where id = 5;
    update code_quality.projects set duplicate_of = 1 where id = 6;
    update code_quality.projects set deleted_at = now() where id = 7;
    update code_quality.branches set deleted_at = now() where id = (select max(id) from code_quality.branches where kind = 'branch' and not is_main)`);
  routes = codeQualityRoutes({ db: clone.db, now: () => now });
  stored = await plainFindings(clone.db, now);
}, 120_000);

afterAll(() => clone.drop());

const facets = FacetName.options;

type Choice = Partial<Record<FacetName, string[]>>;
interface Question {
  scope: 'main' | 'all';
  counting: 'server' | 'other';
  choice: Choice;
  search: string | undefined;
}

const searches = [
  'weak hash',
  '100%',
  "o'neill",
  '_',
  '\\',
  '%%',
  'ÄRGER',
  'service1',
  'S1003',
  'AY00000',
  'Rule 7',
  "';--",
];

function randomQuestion(random: Random): Question {
  const choice: Choice = {};
  for (const facet of random.sample(facets, random.between(0, 3))) {
    const seen = [...new Set(stored.flatMap((row) => valuesOf(row, facet, 'server')))].filter((v) => v !== '(unread)');
    choice[facet] = random.sample(seen, random.between(1, 3));
  }
  return {
    scope: random.pick(['main', 'all'] as const),
    counting: random.next() < 0.7 ? 'server' : 'other',
    choice,
    search: random.next() < 0.35 ? random.pick(searches) : undefined,
  };
}

function queryOf({ scope, counting, choice, search }: Question): Record<string, string> {
  const chosen = Object.entries(choice).map(([name, values]) => [name, joinList(values)]);
  return {
    branchScope: scope,
    counting,
    ...(search === undefined ? {} : { search }),
    ...Object.fromEntries(chosen),
  };
}

/** Whether a finding passes every filter but one facet's. */
function passes(row: PlainFinding, { scope, counting, choice, search }: Question, but?: FacetName): boolean {
  if (!row.counts || (scope === 'main' && !row.is_main)) return false;
  const wanted = { status: ['open', 'accepted', 'false_positive', 'fixed', 'other'], ...choice };
  for (const [facet, values] of Object.entries(wanted)) {
    if (facet !== but && !valuesOf(row, facet as FacetName, counting).some((value) => values.includes(value)))
      return false;
  }
  if (search === undefined) return true;
  const part = search.toLowerCase();
  return (
    [row.message, row.rule, row.rule_name, row.path].some((one) => one?.toLowerCase().includes(part) === true) ||
    row.key.startsWith(search)
  );
}

function plainFacet(question: Question, facet: FacetName): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of stored) {
    if (!passes(row, question, facet)) continue;
    for (const value of valuesOf(row, facet, question.counting)) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

describe(`seed ${seed}`, () => {
  test('every facet, the total and the list equal a plain count, under any filter', async () => {
    const random = seededRandom(seed);
    let found = 0;
    for (let n = 0; n < 40; n++) {
      const question = randomQuestion(random);
      const hint = JSON.stringify({ seed, n, question });
      const query = queryOf(question);
      const counted = await ask<Facets>(routes, '/api/v1/findings/facets', { ...query, limit: '200' });
      const listed = await ask<Findings>(routes, '/api/v1/findings', query);
      const rows = stored.filter((row) => passes(row, question));
      found += rows.length;
      expect([counted.total, listed.total], hint).toEqual([rows.length, rows.length]);
      for (const { facet, values, unread, more } of counted.facets) {
        const { '(unread)': unreadPlain = 0, ...plain } = plainFacet(question, facet);
        const shown = Object.fromEntries(values.filter((v) => v.findings > 0).map((v) => [v.value, v.findings]));
        expect(unread, `${hint} ${facet}`).toBe(unreadPlain);
        if (!more) expect(shown, `${hint} ${facet}`).toEqual(plain);
        else expect(plain, `${hint} ${facet}`).toMatchObject(shown);
      }
    }
    expect(found).toBeGreaterThan(100);
  }, 120_000);

  test('choosing one value of a facet lists as many rows as the facet says', async () => {
    const query = { status: 'open', severity: 'critical,high' };
    const { facets: counted } = await ask<Facets>(routes, '/api/v1/findings/facets', { ...query, limit: '3' });
    expect(counted).toHaveLength(facets.length);
    for (const { facet, values } of counted) {
      for (const { value, findings } of values.slice(0, 3)) {
        const one = await ask<Findings>(routes, '/api/v1/findings', { ...query, [facet]: joinList([value]) });
        expect(one.total, `${facet} ${value}`).toBe(findings);
      }
    }
  }, 60_000);

  test('what counts nowhere is in no organization-wide number, and in its own project', async () => {
    const { facets: counted } = await ask<Facets>(routes, '/api/v1/findings/facets', { facets: 'project' });
    const listed = counted[0]?.values.map(({ value }) => value) ?? [];
    expect(listed).toContain('1');
    for (const id of ['5', '6', '7']) {
      expect(stored.some((row) => row.project === id)).toBe(true);
      expect(listed).not.toContain(id);
      expect((await ask<Findings>(routes, '/api/v1/findings', { project: id })).total).toBe(0);
      const own = stored.filter((row) => row.project === id && row.is_main && row.state !== 'gone').length;
      expect(own).toBeGreaterThan(0);
      expect((await askProject(id, {})).total).toBe(own);
    }
  });

  test('pages follow one order without gaps, and the CSV file is the list', async () => {
    for (const query of [
      { status: 'open', branchScope: 'all' },
      { severity: 'high', sort: 'created', direction: 'asc' },
      { type: 'bug', sort: 'file', direction: 'asc' },
      { sort: 'project', direction: 'asc', tag: 'tag-3', counting: 'other' },
      { sort: 'updated', search: '100%' },
    ] as Record<string, string>[]) {
      const keys: string[] = [];
      for (let page = 1; ; page++) {
        const answer = await ask<Findings>(routes, '/api/v1/findings', { ...query, page: String(page) });
        keys.push(...answer.findings.map(({ key }) => key));
        if (page * answer.pageSize >= answer.total) {
          expect(new Set(keys).size).toBe(answer.total);
          break;
        }
      }
      const csv = await ask<StreamedAnswer>(routes, '/api/v1/findings', {
        ...query,
        format: 'csv',
        columns: 'key,rule',
      });
      const [head, ...rows] = (await text(csv.stream)).trim().split('\r\n');
      expect(head).toBe('rule,key');
      expect(rows.map((row) => row.split(',')[1])).toEqual(keys);
    }
  }, 60_000);

  test('the worst come first, the newest of them before the others', async () => {
    const { findings } = await ask<Findings>(routes, '/api/v1/findings', { status: 'open' });
    const ranks = { critical: 4, high: 3, medium: 2, low: 1, unrated: 0 };
    const order = findings.map(({ severity, createdAt, id }) => ({ rank: ranks[severity], createdAt, id }));
    const sorted = order.toSorted((a, b) => b.rank - a.rank || b.createdAt.localeCompare(a.createdAt) || b.id - a.id);
    expect(order).toEqual(sorted);
    expect(findings[0]?.severity).toBe('critical');
  });

  test('a facet of names shows the most frequent, what is chosen, and what a search in it finds', async () => {
    const all = plainFacet({ scope: 'main', counting: 'server', choice: {}, search: undefined }, 'file');
    const most = Object.values(all).toSorted((a, b) => b - a);
    const rare = Object.entries(all).toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? 1 : -1))[0]?.[0] ?? '';
    const ask1 = async (query: Record<string, string>): Promise<Facets['facets'][number] | undefined> =>
      (await ask<Facets>(routes, '/api/v1/findings/facets', { facets: 'file', limit: '5', ...query })).facets[0];
    const top = await ask1({});
    expect(top?.values.map(({ findings }) => findings)).toEqual(most.slice(0, 5));
    expect(top?.more).toBe(true);
    const chosen = await ask1({ file: joinList([rare, 'no/such/file']) });
    expect(chosen?.values.at(-2)).toEqual({ value: rare, label: null, findings: all[rare] });
    expect(chosen?.values.at(-1)).toEqual({ value: 'no/such/file', label: null, findings: 0 });
    const searched = await ask1({ facetSearch: 'SERVICE1.java' });
    expect(searched?.values.length).toBeGreaterThan(0);
    expect(searched?.values.every(({ value }) => value.includes('Service1.java'))).toBe(true);
    expect((await ask1({ facetSearch: '%' }))?.values).toEqual([]);
  });
});

test('every level that the mapping rates has a number of its own in what the list counts by', async () => {
  const rated = await clone.db.query<{ axis: string; raw_level: string }>(
    'select axis, raw_level from code_quality.severity_mapping',
  );
  expect(rated.length).toBeGreaterThan(10);
  const words = ({ axis, raw_level }: { axis: string; raw_level: string }): string => `${axis} ${raw_level}`;
  expect(listedLevels.map(([axis, raw_level]) => words({ axis, raw_level })).toSorted()).toEqual(
    rated.map(words).toSorted(),
  );
});

async function askProject(id: string, query: Record<string, string>): Promise<Findings> {
  const route = routes.find((one) => one.path === '/api/v1/projects/:id/findings');
  const handle = route?.handle as unknown as (request: object) => Promise<unknown>;
  return route?.response?.parse(
    await handle({
      params: { id: Number(id) },
      query: route.query?.parse(query),
      signal: new AbortController().signal,
    }),
  ) as Findings;
}
