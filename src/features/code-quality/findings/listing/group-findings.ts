import type { Queryable } from '../../../../platform/database/index.ts';
import { type FacetName, noName } from '../contract.ts';
import { answeredByIndex, type Filter, isOnlyOpen, whereOf } from './conditions.ts';
import { severityIn, stateInListed, typeIn } from './listed.ts';
import { findingsIn, placesOf, type Scope } from './scope.ts';
import { Parameters, readingMany } from './statement.ts';

export type GroupedBy = 'author' | 'integration' | 'project' | 'severity' | 'status' | 'type';

export interface GroupOptions {
  by: GroupedBy;
  /** Each group apart once more. */
  parts: GroupedBy | null;
  /** What groups are chosen by, and what they are counted in. */
  measure: 'findings' | 'minutes';
  /** The greatest so many; the rest in one. */
  most: { groups: number; parts: number };
  now: Date;
}

interface Group {
  /** Null: all that are not among the greatest. */
  key: string | null;
  part: string | null;
  findings: number;
  /** Null: of none of them an effort is known. */
  minutes: number | null;
  withoutEffort: number;
}

export interface GroupedFindings {
  rows: readonly Group[];
  groups: number;
  parts: number;
}

/** As the server writes it, in minutes; a day has 8 hours. Nothing written: not known. */
const minutes = `case when f.effort is null then null else
  coalesce(substring(f.effort from '(\\d{1,9})d')::bigint, 0) * 480 + coalesce(substring(f.effort from '(\\d{1,9})h')::bigint, 0) * 60
  + coalesce(substring(f.effort from '(\\d{1,9})min')::bigint, 0) end`;

/** Findings that the list shows under the same filter, by one or two of their words: each stands in exactly one row. */
export async function groupFindings(
  db: Queryable,
  scope: Scope,
  filter: Filter,
  options: GroupOptions,
): Promise<GroupedFindings> {
  const { by, parts, measure, most, now } = options;
  const places = await placesOf(db, scope);
  const { severities } = places;
  const parameters = new Parameters();
  const { within, reading } = findingsIn(places, parameters);
  const raw: Record<GroupedBy, string> = {
    author: 'f.author_id::text',
    integration: 'f.integration_id::text',
    project: 'f.project_id::text',
    severity: severityIn(reading, severities),
    status: stateInListed,
    type: typeIn(reading),
  };
  const where = whereOf(filter, { parameters, now, reading, severities });
  const ofEffort = measure === 'minutes';
  const named = (dimension: GroupedBy | null, column: string): string =>
    dimension === 'author'
      ? `coalesce((select name from code_quality.authors a where a.id = ${column}::bigint), '${noName}')`
      : column;
  const asked = [by, ...(parts === null ? [] : [parts])].filter(
    (name): name is FacetName & GroupedBy => name !== 'integration',
  );
  const indexAlone =
    !ofEffort && by !== 'integration' && parts !== 'integration' && answeredByIndex(filter, asked, isOnlyOpen(filter));
  const rows = await readingMany(db, indexAlone, () =>
    db.query<Group & { groups: number; parts: number }>(
      `with counted as materialized (
         select ${raw[by]} as key, ${parts === null ? "''" : raw[parts]} as part, count(*)::bigint as findings,
                ${ofEffort ? `sum(${minutes})::bigint` : 'null::bigint'} as minutes,
                ${ofEffort ? 'count(*) filter (where f.effort is null)' : '0'}::bigint as without_effort
           from code_quality.findings f where ${within}${where} group by 1, 2),
       named as (
         select ${named(by, 'key')} as key, ${named(parts, 'part')} as part, sum(findings)::bigint as findings, sum(minutes)::bigint as minutes,
                sum(without_effort)::bigint as without_effort
           from counted group by 1, 2),
       keys as (
         select key, row_number() over (order by sum(${measure}) desc nulls last, key) as place from named group by key),
       kinds as (
         select part, row_number() over (order by sum(${measure}) desc nulls last, part) as place from named group by part)
       select case when keys.place <= ${parameters.add(most.groups, 'int')} then n.key end as key,
              case when kinds.place <= ${parameters.add(most.parts, 'int')} then n.part end as part,
              sum(n.findings)::bigint as findings, sum(n.minutes)::bigint as minutes, sum(n.without_effort)::bigint as "withoutEffort",
              (select count(*) from keys) as groups, (select count(*) from kinds) as parts
         from named n join keys on keys.key = n.key join kinds on kinds.part = n.part
        group by 1, 2`,
      parameters.values,
    ),
  );
  return { rows, groups: rows[0]?.groups ?? 0, parts: rows[0]?.parts ?? 0 };
}
