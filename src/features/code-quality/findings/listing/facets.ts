import type { Queryable } from '../../../../platform/database/index.ts';
import { type Facet, type FacetName, type Facets, noName } from '../contract.ts';
import { ageOf, chosenIn, conditions, type Filter, facetNames, ruleIsRead, whereOf } from './conditions.ts';
import { qualitiesIn } from './read-findings.ts';
import { findingsIn, qualitiesOf, qualityBits, type Scope, severityOf, stateOf } from './scope.ts';
import { containing, Parameters } from './statement.ts';

export interface FacetOptions {
  /** Undefined: all. */
  facets?: readonly FacetName[] | undefined;
  facetSearch?: string | undefined;
  limit: number;
  now: Date;
}

/** What rows are grouped by: a few columns serve all facets, since a rule says its weaknesses by itself. */
const columnOf: Record<FacetName, string> = {
  severity: 'severity',
  quality: 'qualities',
  type: 'class',
  status: 'state',
  age: 'age',
  rule: 'rule_id',
  file: 'path_id',
  tag: 'tag_ids',
  cwe: 'rule_id',
  owasp: 'rule_id',
  author: 'author_id',
  assignee: 'assignee_id',
  assetType: 'asset_type',
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
  quality: { value: 'g.qualities::text' },
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

/** Facets of fixed words, of which all are shown; the others have any number of values. */
const ofWords: ReadonlySet<FacetName> = new Set(['severity', 'quality', 'type', 'status', 'age', 'assetType']);

interface ValueRow {
  facet: FacetName | 'total';
  value: string;
  label: string | null;
  findings: number;
}

/**
 * Counts of each value under all filters but the facet's own, in one reading of the findings: each finding notes which
 * filters it misses, and counts for a facet when it misses none, or only that facet's.
 */
export async function countFacets(
  db: Queryable,
  scope: Scope,
  filter: Filter,
  { facets = facetNames, facetSearch, limit, now }: FacetOptions,
): Promise<Facets> {
  const asked = [...new Set(facets.length === 0 ? facetNames : facets)];
  const parameters = new Parameters();
  const chosen = chosenIn(filter);
  const apart = asked.filter((name) => chosen.has(name));
  const misses = apart.map(
    (name, bit) => `case when ${conditions[name](chosen.get(name) ?? [], parameters, now)} then 0 else ${2 ** bit} end`,
  );
  const groups = groupsOf(asked);
  const columns = groups.flat();
  const { places, from } = findingsIn(scope, parameters);
  const text = `
    with ${places},
    listed as (
      select ${misses.length === 0 ? '0' : misses.join(' + ')} as missed, ${severityOf} as severity, ${qualitiesOf} as qualities, r.class, ${stateOf} as state,
             ${ageOf(parameters.add(now, 'timestamptz'))} as age, f.rule_id, f.path_id, f.tag_ids, f.author_id, f.assignee_id, f.asset_type, f.project_id
        from ${from}${whereOf(filter, parameters, now, new Set(apart))}
      -- Otherwise each expression would be worked out again wherever its name stands.
      offset 0),
    grouped as materialized (
      select grouping(${columns.join(', ')}) as by_column, missed, ${columns.join(', ')}, count(*) as n
        from listed where missed & (missed - 1) = 0
       group by grouping sets (${groups.map((group) => `(missed, ${group.join(', ')})`).join(', ')}))
    select 'total' as facet, '' as value, null as label, coalesce(sum(n), 0)::bigint as findings from grouped where by_column = ${mask(columns, groups[0])} and missed = 0
    ${asked.map((name) => `union all ${valuesOf(name)}`).join(' ')}`;

  function groupWith(column: string): readonly string[] {
    return groups.find((group) => group.includes(column)) ?? [];
  }

  function valuesOf(name: FacetName): string {
    const column = columnOf[name];
    const { value, label = 'null::text', joins = '' } = namings[name] ?? { value: `g.${column}` };
    const own = apart.indexOf(name);
    const missed = own === -1 ? 'g.missed = 0' : `g.missed in (0, ${2 ** own})`;
    const kept = parameters.add([...(chosen.get(name) ?? []), unread].map(String), 'text[]');
    const search =
      facetSearch === undefined || ofWords.has(name) ? null : parameters.add(containing(facetSearch), 'text');
    const found = search === null ? 'true' : `(value ilike ${search} or label ilike ${search})`;
    return `
      select '${name}', value, label, findings from (
        select *, row_number() over (order by value = '${unread}' desc, found desc, findings desc, value) as place from (
          select *, ${found} as found from (
            select ${value} as value, max(${label}) as label, sum(g.n)::bigint as findings
              from grouped g ${joins} where g.by_column = ${mask(columns, groupWith(column))} and ${missed} group by 1) counted) searched
         where found or value = any (${kept})) ranked
       where ${ofWords.has(name) ? 'true' : `place <= ${limit + 2} or value = any (${kept})`}`;
  }

  const rows = await db.query<ValueRow>(text, parameters.values);
  if (asked.includes('project')) rows.push(...(await projectsWithout(db, rows, chosen.get('project') ?? [])));
  return {
    total: rows.find((row) => row.facet === 'total')?.findings ?? 0,
    facets: asked.map((name) =>
      toFacet(
        name,
        rows.filter((row) => row.facet === name),
        chosen.get(name) ?? [],
        limit,
      ),
    ),
  };
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
    `select 'project' as facet, id::text as value, name as label, 0 as findings from code_quality.projects where id = any ($1::bigint[])`,
    [missing],
  );
}

/**
 * Columns that rows are grouped by together. Words make a few thousand combinations at most, so one group serves all of
 * their facets; names are counted each for itself.
 */
function groupsOf(asked: readonly FacetName[]): string[][] {
  const words = new Set(asked.filter((name) => ofWords.has(name)).map((name) => columnOf[name]));
  const names = new Set(asked.filter((name) => !ofWords.has(name)).map((name) => columnOf[name]));
  return [...(words.size === 0 ? [] : [[...words]]), ...[...names].map((name) => [name])];
}

/** What `grouping` says where rows are grouped by some columns of these. */
function mask(columns: readonly string[], grouped: readonly string[] = []): number {
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
  if (facet === 'quality') return { facet, values: sumOfQualities(rows), more: false, unread: 0 };
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

/** A finding counts for each quality it touches. */
function sumOfQualities(rows: readonly ValueRow[]): Facet['values'] {
  const sums = new Map<string, number>();
  for (const { value, findings } of rows)
    for (const quality of qualitiesIn(Number(value))) sums.set(quality, (sums.get(quality) ?? 0) + findings);
  return Object.keys(qualityBits)
    .filter((quality) => sums.has(quality))
    .map((value) => ({ value, label: null, findings: sums.get(value) ?? 0 }));
}
