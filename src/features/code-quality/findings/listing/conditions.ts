import type { z } from 'zod';
import { ageDays, type FindingAge, findingAges } from '../../../../domain/finding-age.ts';
import { type FacetName, type FindingSeverity, FindingState, type FindingsQuery, noName } from '../contract.ts';
import { hasAsset, hasClass, hasLevel, hasState, isOpen, qualitiesInReading } from './listed.ts';
import { qualityBits } from './scope.ts';
import { beginningWith, containing, type Parameters } from './statement.ts';

/** What a request filters by. */
export type Filter = Omit<
  z.output<typeof FindingsQuery>,
  'sort' | 'direction' | 'page' | 'format' | 'columns' | 'branch' | 'branchScope' | 'counting'
> & {
  /** What is left out, by facet. */
  except?: Choice | undefined;
};

type Choice = { readonly [Name in FacetName]?: readonly (string | number)[] | undefined };

/** By whole UTC days, as Security Insights counts ages; the number of its place among `findingAges`. */
export const ageOf = (now: string): string =>
  `case ${Object.values(ageDays)
    .map(
      (days, index) =>
        `when f.opened_at >= ((${now} at time zone 'UTC')::date - ${days})::timestamp at time zone 'UTC' then ${index}`,
    )
    .join(' ')} else ${findingAges.indexOf('over-365')} end`;

/** What conditions are said with. */
export interface Terms {
  parameters: Parameters;
  now: Date;
  /** What a finding counts as; see `findingsIn`. */
  reading: string;
  severities: readonly FindingSeverity[];
}

type Condition = (chosen: readonly (string | number)[], terms: Terms) => string;

/** Findings with one of the names, or without any where `(none)` is chosen. */
function named(chosen: readonly (string | number)[], some: (names: string[]) => string, none: string): string {
  const names = chosen.map(String).filter((name) => name !== noName);
  const parts = [...(names.length === 0 ? [] : [some(names)]), ...(names.length < chosen.length ? [none] : [])];
  return `(${parts.join(' or ')})`;
}

const byId =
  (column: string, ids: (names: string) => string): Condition =>
  (chosen, { parameters }) =>
    named(chosen, (names) => `${column} in (${ids(parameters.add(names, 'text[]'))})`, `${column} is null`);

/** What a rule says of itself: `none` holds only for rules that were read and name nothing. */
const byRule =
  (column: 'cwe' | 'owasp', isRead: string): Condition =>
  (chosen, { parameters }) =>
    named(
      chosen,
      (names) =>
        `f.rule_id in (select id from code_quality.rules where ${isRead} and ${column} && ${parameters.add(names, 'text[]')})`,
      `(f.rule_id is null or f.rule_id in (select id from code_quality.rules where ${isRead} and ${column} = '{}'))`,
    );

export const ruleIsRead = { cwe: 'row_hash is not null', owasp: 'owasp is not null' } as const;

const author = (names: string): string => `select id from code_quality.authors where name = any (${names})`;

/** How each facet narrows the list. */
export const conditions: Record<FacetName, Condition> = {
  severity: (chosen, { reading, severities }) => hasLevel(reading, severities, chosen),
  type: (chosen, { reading }) => hasClass(reading, chosen),
  status: (chosen) => hasState(chosen),
  assetType: (chosen) => hasAsset(chosen),
  age: (chosen, { parameters, now }) => {
    const places = chosen.map((age) => findingAges.indexOf(age as FindingAge));
    return `${ageOf(parameters.add(now, 'timestamptz'))} = any (${parameters.add(places, 'int[]')})`;
  },
  quality: (chosen, { reading }) => {
    const bits = chosen.map((name) => qualityBits[name as keyof typeof qualityBits]);
    const mask = bits.reduce<number>((sum, bit) => sum | bit, 0);
    const qualities = qualitiesInReading(reading);
    return bits.includes(0) ? `(${qualities} & ${mask} <> 0 or ${qualities} = 0)` : `${qualities} & ${mask} <> 0`;
  },
  rule: byId('f.rule_id', (names) => `select id from code_quality.rules where source_key = any (${names})`),
  file: byId('f.path_id', (names) => `select id from code_quality.paths where path = any (${names})`),
  author: byId('f.author_id', author),
  assignee: byId('f.assignee_id', author),
  tag: (chosen, { parameters }) =>
    named(
      chosen,
      (names) =>
        `f.tag_ids && array(select id from code_quality.tags where name = any (${parameters.add(names, 'text[]')}))`,
      "f.tag_ids = '{}'",
    ),
  cwe: byRule('cwe', ruleIsRead.cwe),
  owasp: byRule('owasp', ruleIsRead.owasp),
  project: (chosen, { parameters }) => `f.project_id = any (${parameters.add(chosen, 'bigint[]')})`,
};

export const facetNames = Object.keys(conditions) as FacetName[];

/** What is gone from the server is shown only to those who ask for it. */
const listedStates = FindingState.options.filter((state) => state !== 'gone');

/** Facets with a choice, and the choice: an empty one means the same as none. */
export function chosenIn(filter: Filter): Map<FacetName, readonly (string | number)[]> {
  const chosen = new Map<FacetName, readonly (string | number)[]>();
  for (const name of facetNames) {
    const values = filter[name];
    if (values !== undefined && values.length > 0) chosen.set(name, [...new Set<string | number>(values)]);
  }
  if (!chosen.has('status')) chosen.set('status', listedStates);
  return chosen;
}

const inEachIndex: ReadonlySet<FacetName> = new Set([
  'severity',
  'quality',
  'type',
  'status',
  'age',
  'assetType',
  'project',
]);

/** True where an index holds all that is asked: some of it only the one of what is open holds, and tags and texts none. */
export function answeredByIndex(filter: Filter, asked: readonly FacetName[], onlyOpen: boolean): boolean {
  const names = [...chosenIn(filter).keys(), ...exceptIn(filter).map(([name]) => name), ...asked];
  if (isSearch(filter) || names.includes('tag')) return false;
  return onlyOpen || names.every((name) => inEachIndex.has(name));
}

function exceptIn({ except = {} }: Filter): [name: FacetName, values: readonly (string | number)[]][] {
  return facetNames.flatMap((name) => {
    const values = except[name] ?? [];
    return values.length === 0 ? [] : [[name, values]];
  });
}

export const isSearch = (filter: Filter): boolean => (filter.search?.trim() ?? '') !== '';

export function isOnlyOpen(filter: Filter): boolean {
  const states = chosenIn(filter).get('status') ?? [];
  return states.length === 1 && states[0] === 'open';
}

/** The text a person searches for; null without one. */
export function searchCondition(filter: Filter, parameters: Parameters): string | null {
  const text = filter.search?.trim() ?? '';
  if (text === '') return null;
  const inside = parameters.add(containing(text), 'text');
  const start = parameters.add(beginningWith(text), 'text');
  // Folding by the rules of a language costs three times as much, and tells nothing apart in a text of ASCII.
  const folded = isAscii(text) ? ' collate "C"' : '';
  return `(f.message${folded} ilike ${inside}
           or f.rule_id in (select id from code_quality.rules where source_key${folded} ilike ${inside} or name${folded} ilike ${inside})
           or f.path_id in (select id from code_quality.paths where path${folded} ilike ${inside})
           or f.source_key like ${start})`;
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Every filter but those of `apart`, as one condition. */
export function whereOf(filter: Filter, terms: Terms, apart: ReadonlySet<FacetName> = new Set()): string {
  const parts = [...chosenIn(filter)]
    .filter(([name]) => !apart.has(name))
    .map(([name, chosen]) => (name === 'status' && isOnlyOpen(filter) ? isOpen : conditions[name](chosen, terms)));
  // What has no name at all is in no choice of names: a condition that is not known to hold leaves nothing out.
  const left = exceptIn(filter).map(([name, values]) => `(${conditions[name](values, terms)}) is not true`);
  const search = searchCondition(filter, terms.parameters);
  return [...parts, ...left, ...(search === null ? [] : [search])].map((part) => ` and ${part}`).join('');
}
