import type { z } from 'zod';
import { ageDays } from '../../../../domain/finding-age.ts';
import { type FacetName, FindingState, type FindingsQuery, noName } from '../contract.ts';
import { qualitiesOf, qualityBits, severityOf } from './scope.ts';
import { beginningWith, containing, type Parameters } from './statement.ts';

/** What a request filters by. */
export type Filter = Omit<
  z.output<typeof FindingsQuery>,
  'sort' | 'direction' | 'page' | 'format' | 'columns' | 'branch' | 'branchScope' | 'counting'
>;

/** By whole UTC days, as Security Insights counts ages. */
export const ageOf = (now: string): string =>
  `case ${Object.entries(ageDays)
    .map(
      ([age, days]) =>
        `when f.opened_at >= ((${now} at time zone 'UTC')::date - ${days})::timestamp at time zone 'UTC' then '${age}'`,
    )
    .join(' ')} else 'over-365' end`;

type Condition = (chosen: readonly (string | number)[], parameters: Parameters, now: Date) => string;

const among =
  (expression: string): Condition =>
  (chosen, parameters) =>
    `${expression} = any (${parameters.add(chosen, 'text[]')})`;

/** Findings with one of the names, or without any where `(none)` is chosen. */
function named(chosen: readonly (string | number)[], some: (names: string[]) => string, none: string): string {
  const names = chosen.map(String).filter((name) => name !== noName);
  const parts = [...(names.length === 0 ? [] : [some(names)]), ...(names.length < chosen.length ? [none] : [])];
  return `(${parts.join(' or ')})`;
}

const byId =
  (column: string, ids: (names: string) => string): Condition =>
  (chosen, parameters) =>
    named(chosen, (names) => `${column} in (${ids(parameters.add(names, 'text[]'))})`, `${column} is null`);

/** What a rule says of itself: `none` holds only for rules that were read and name nothing. */
const byRule =
  (column: 'cwe' | 'owasp', isRead: string): Condition =>
  (chosen, parameters) =>
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
  severity: among(severityOf),
  type: among('r.class'),
  status: (chosen, parameters) => {
    const states = chosen.filter((state) => state !== 'gone');
    const there = `(f.deleted_at is null and f.state = any (${parameters.add(states, 'text[]')}))`;
    return states.length === chosen.length ? there : `(${there} or f.deleted_at is not null)`;
  },
  assetType: among('f.asset_type'),
  age: (chosen, parameters, now) =>
    `${ageOf(parameters.add(now, 'timestamptz'))} = any (${parameters.add(chosen, 'text[]')})`,
  quality: (chosen, parameters) => {
    const bits = chosen.map((name) => qualityBits[name as keyof typeof qualityBits]);
    const mask = bits.reduce<number>((sum, bit) => sum | bit, 0);
    const any = `(${qualitiesOf}) & ${parameters.add(mask, 'int')} <> 0`;
    return bits.includes(0) ? `(${any} or (${qualitiesOf}) = 0)` : any;
  },
  rule: byId('f.rule_id', (names) => `select id from code_quality.rules where source_key = any (${names})`),
  file: byId('f.path_id', (names) => `select id from code_quality.paths where path = any (${names})`),
  author: byId('f.author_id', author),
  assignee: byId('f.assignee_id', author),
  tag: (chosen, parameters) =>
    named(
      chosen,
      (names) =>
        `f.tag_ids && array(select id from code_quality.tags where name = any (${parameters.add(names, 'text[]')}))`,
      "f.tag_ids = '{}'",
    ),
  cwe: byRule('cwe', ruleIsRead.cwe),
  owasp: byRule('owasp', ruleIsRead.owasp),
  project: (chosen, parameters) => `f.project_id = any (${parameters.add(chosen, 'bigint[]')})`,
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
export function whereOf(
  filter: Filter,
  parameters: Parameters,
  now: Date,
  apart: ReadonlySet<FacetName> = new Set(),
): string {
  const parts = [...chosenIn(filter)]
    .filter(([name]) => !apart.has(name))
    .map(([name, chosen]) => conditions[name](chosen, parameters, now));
  const search = searchCondition(filter, parameters);
  return [...parts, ...(search === null ? [] : [search])].map((part) => ` and ${part}`).join('');
}
