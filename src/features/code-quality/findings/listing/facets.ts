import { findingAges } from '../../../../domain/finding-age.ts';
import type { Queryable } from '../../../../platform/database/index.ts';
import { type Facet, type FacetName, type Facets, noName } from '../contract.ts';
import {
  ageOf,
  answeredByIndex,
  chosenIn,
  conditions,
  type Filter,
  facetNames,
  isOnlyOpen,
  isSearch,
  ruleIsRead,
  whereOf,
} from './conditions.ts';
import { decodeWords, wordsIn } from './listed.ts';
import { qualitiesIn } from './read-findings.ts';
import { findingsIn, type Places, placesOf, qualityBits, type Scope } from './scope.ts';
import { containing, Parameters, readingMany } from './statement.ts';

export interface FacetOptions {
  /** Undefined: all. */
  facets?: readonly FacetName[] | undefined;
  facetSearch?: string | undefined;
  limit: number;
  now: Date;
}

/** Facets of fixed words, of which all are shown; `listed` says them all but the age. */
const ofWords: ReadonlySet<FacetName> = new Set(['severity', 'quality', 'type', 'status', 'age', 'assetType']);

/** What rows are grouped by for the facets of names: a rule says its weaknesses by itself. */
const columnOf: Partial<Record<FacetName, string>> = {
  rule: 'rule_id',
  file: 'path_id',
  tag: 'tag_ids',
  cwe: 'rule_id',
  owasp: 'rule_id',
  author: 'author_id',
  assignee: 'assignee_id',
  project: 'project_id',
};

/** Value and label of each group, where they are not the column itself. */
interface Naming {
  value: string;
  label?: string;
  joins?: string;
}

const unread = '(unread)';

const ofRule = (column: 'cwe' | 'owasp'): Naming => ({
  value: 'named.value',
  joins: `left join code_quality.rules rule on rule.id = g.rule_id
          cross join lateral unnest(case when rule.id is null then array['${noName}'] when not (rule.${ruleIsRead[column]}) then array['${unread}']
                                         when rule.${column} = '{}' then array['${noName}'] else rule.${column} end) as named (value)`,
});

const byName = (table: string, column: string, group: string, label?: string): Naming => ({
  value: `coalesce(named.${column}, '${noName}')`,
  joins: `left join code_quality.${table} named on named.id = g.${group}`,
  ...(label === undefined ? {} : { label: `named.${label}` }),
});

const namings: Partial<Record<FacetName, Naming>> = {
  rule: byName('rules', 'source_key', 'rule_id', 'name'),
  file: byName('paths', 'path', 'path_id'),
  author: byName('authors', 'name', 'author_id'),
  assignee: byName('authors', 'name', 'assignee_id'),
  project: {
    value: 'g.project_id::text',
    label: 'named.name',
    joins: 'join code_quality.projects named on named.id = g.project_id',
  },
  tag: {
    value: `coalesce(named.name, '${noName}')`,
    joins: `left join lateral (select distinct unnest(g.tag_ids)) tag (id) on true left join code_quality.tags named on named.id = tag.id`,
  },
  cwe: ofRule('cwe'),
  owasp: ofRule('owasp'),
};

interface ValueRow {
  facet: FacetName | 'words';
  value: string;
  label: string | null;
  findings: number;
  /** Of words: bits of the filters that the rows miss. */
  missed: number | null;
}

/** Counts of each value under all filters but the facet's own. */
export async function countFacets(
  db: Queryable,
  scope: Scope,
  filter: Filter,
  { facets = facetNames, facetSearch, limit, now }: FacetOptions,
): Promise<Facets> {
  const asked = [...new Set(facets.length === 0 ? facetNames : facets)];
  const chosen = chosenIn(filter);
  const places = await placesOf(db, scope);
  const counted: Counted[] = [];
  for (const names of passesOf(asked, filter)) {
    const indexAlone = answeredByIndex(filter, names, isOnlyOpen(filter) && !names.includes('status'));
    counted.push(
      await readingMany(db, indexAlone, () => countTogether(db, { places, filter, now, names, facetSearch, limit })),
    );
  }
  const rows = counted.flatMap((pass) => pass.rows);
  if (asked.includes('project')) rows.push(...(await projectsWithout(db, rows, chosen.get('project') ?? [])));
  const rowsOf = (name: FacetName): ValueRow[] => rows.filter((row) => row.facet === name);
  return {
    total: counted[0]?.total ?? 0,
    facets: asked.map((name) => toFacet(name, rowsOf(name), chosen.get(name) ?? [], limit)),
  };
}

/**
 * Which facets are counted in one reading. Two would make it read what the others need not: that of the status reads
 * what is closed, too, where the others read an index of what is open; and tags are in no index. A search reads the table
 * once, whatever is asked.
 */
function passesOf(asked: readonly FacetName[], filter: Filter): FacetName[][] {
  if (isSearch(filter) || chosenIn(filter).has('tag')) return [[...asked]];
  const apart = asked.filter((name) => name === 'tag' || (name === 'status' && isOnlyOpen(filter)));
  const together = asked.filter((name) => !apart.includes(name));
  return [...(together.length === 0 ? [] : [together]), ...apart.map((name) => [name])];
}

interface Counting {
  places: Places;
  filter: Filter;
  now: Date;
  names: readonly FacetName[];
  facetSearch: string | undefined;
  limit: number;
}

interface Counted {
  total: number;
  rows: ValueRow[];
}

/** One reading: each finding notes which filters it misses, and counts for a facet when it misses none, or only that facet's. */
async function countTogether(db: Queryable, counting: Counting): Promise<Counted> {
  const { places, filter, now, names, facetSearch, limit } = counting;
  const { severities } = places;
  const parameters = new Parameters();
  const { within, reading } = findingsIn(places, parameters);
  const terms = { parameters, now, reading, severities };
  const chosen = chosenIn(filter);
  const apart = names.filter((name) => chosen.has(name));
  const misses = apart.map(
    (name, bit) => `case when ${conditions[name](chosen.get(name) ?? [], terms)} then 0 else ${2 ** bit} end`,
  );
  // One group of words serves all of their facets and the total: they make a few thousand combinations at most.
  const words = [
    `${wordsIn(reading)} as words`,
    names.includes('age') ? `${ageOf(parameters.add(now, 'timestamptz'))} as age` : '0 as age',
  ];
  const columns = [...new Set(names.flatMap((name) => columnOf[name] ?? []))];
  const sets = [['words', 'age'], ...columns.map((column) => [column])];
  const grouped = ['words', 'age', ...columns];
  const own = (name: FacetName): number => (apart.includes(name) ? 2 ** apart.indexOf(name) : 0);

  const valuesOf = (name: FacetName, column: string): string => {
    const { value, label = 'null::text', joins = '' } = namings[name] ?? { value: `g.${column}` };
    const kept = parameters.add([...(chosen.get(name) ?? []), unread].map(String), 'text[]');
    const search = facetSearch === undefined ? null : parameters.add(containing(facetSearch), 'text');
    const found = search === null ? 'true' : `(value ilike ${search} or label ilike ${search})`;
    return `
      select '${name}', value, label, findings, null from (
        select *, row_number() over (order by value = '${unread}' desc, found desc, findings desc, value) as place from (
          select *, ${found} as found from (
            select ${value} as value, max(${label}) as label, sum(g.n)::bigint as findings
              from grouped g ${joins} where g.by_column = ${mask(grouped, [column])} and g.missed in (0, ${own(name)}) group by 1) counted) searched
         where found or value = any (${kept})) ranked
       where place <= ${limit + 2} or value = any (${kept})`;
  };

  const rows = await db.query<ValueRow>(
    `with listed as (
      select ${misses.length === 0 ? '0' : misses.join(' + ')} as missed, ${[...words, ...columns.map((name) => `f.${name}`)].join(', ')}
        from code_quality.findings f where ${within}${whereOf(filter, terms, new Set(apart))}
      -- Otherwise each expression would be worked out again wherever its name stands.
      offset 0),
    grouped as materialized (
      select grouping(${grouped.join(', ')}) as by_column, missed, ${grouped.join(', ')}, count(*) as n
        from listed where missed & (missed - 1) = 0
       group by grouping sets (${sets.map((set) => `(missed, ${set.join(', ')})`).join(', ')}))
    select 'words' as facet, words::text as value, age::text as label, n as findings, missed from grouped where by_column = ${mask(grouped, ['words', 'age'])}
    ${names.flatMap((name) => (columnOf[name] === undefined ? [] : [`union all ${valuesOf(name, columnOf[name])}`])).join(' ')}`,
    parameters.values,
  );
  const ofGroups = rows.filter((row) => row.facet === 'words');
  const inWords = names
    .filter((name) => ofWords.has(name))
    .flatMap((name) => wordFacet(name, ofGroups, { own: own(name), severities }));
  const total = ofGroups.reduce((sum, row) => (row.missed === 0 ? sum + row.findings : sum), 0);
  return { total, rows: [...rows.filter((row) => row.facet !== 'words'), ...inWords] };
}

/** Counts of a facet of words, from the groups of all of them. A finding counts for each quality it touches. */
function wordFacet(
  facet: FacetName,
  groups: readonly ValueRow[],
  { own, severities }: { own: number; severities: Places['severities'] },
): ValueRow[] {
  const sums = new Map<string, number>();
  for (const { value, label, findings, missed } of groups) {
    if (missed !== 0 && missed !== own) continue;
    const words = decodeWords(Number(value), severities);
    const age = findingAges[Number(label)] ?? 'over-365';
    const values =
      facet === 'quality' ? qualitiesIn(words.qualities) : facet === 'age' ? [age] : [words[facet as 'severity']];
    for (const one of values) sums.set(one, (sums.get(one) ?? 0) + findings);
  }
  return [...sums].map(([value, findings]) => ({ facet, value, label: null, findings, missed: null }));
}

/** Projects that were chosen and have nothing under the filters: their names, which no finding brought. */
async function projectsWithout(
  db: Queryable,
  rows: readonly ValueRow[],
  chosen: readonly (string | number)[],
): Promise<ValueRow[]> {
  const found = new Set(rows.filter((row) => row.facet === 'project').map((row) => row.value));
  const missing = chosen.filter((id) => !found.has(String(id)));
  if (missing.length === 0) return [];
  return db.query<ValueRow>(
    `select 'project' as facet, id::text as value, name as label, 0 as findings, null as missed from code_quality.projects where id = any ($1::bigint[])`,
    [missing],
  );
}

/** What `grouping` says where rows are grouped by some columns of these. */
function mask(columns: readonly string[], grouped: readonly string[]): number {
  return columns.reduce(
    (sum, column, index) => sum + (grouped.includes(column) ? 0 : 2 ** (columns.length - 1 - index)),
    0,
  );
}

function toFacet(
  facet: FacetName,
  rows: readonly ValueRow[],
  chosen: readonly (string | number)[],
  limit: number,
): Facet {
  if (facet === 'quality') return { facet, values: inTheirOrder(rows), more: false, unread: 0 };
  const wanted = new Set(facet === 'status' && chosen.length === 5 ? [] : chosen.map(String));
  const known = rows.filter((row) => row.value !== unread);
  const sorted = known.toSorted((a, b) => b.findings - a.findings || (a.value < b.value ? -1 : 1));
  const shown = sorted.filter((row, index) => ofWords.has(facet) || index < limit || wanted.has(row.value));
  const none = [...wanted].filter((value) => !shown.some((row) => row.value === value));
  return {
    facet,
    values: [
      ...shown.map(({ value, label, findings }) => ({ value, label, findings })),
      ...none.map((value) => ({ value, label: null, findings: 0 })),
    ],
    more: sorted.length > shown.length,
    unread: rows.find((row) => row.value === unread)?.findings ?? 0,
  };
}

function inTheirOrder(rows: readonly ValueRow[]): Facet['values'] {
  return Object.keys(qualityBits).flatMap((value) =>
    rows.filter((row) => row.value === value).map(({ findings }) => ({ value, label: null, findings })),
  );
}
