import type { Queryable } from '../../../platform/database/index.ts';
import { groupFindings, organizationScope } from '../../code-quality/index.ts';
import type { Dimension, Report, ReportDefinition } from './contract.ts';
import { axisOf, statesOf } from './definition.ts';
import { namesOf } from './names.ts';

/** Groups of an answer; a file has more of them. */
export const mostGroups = { json: 100, csv: 10_000 } as const;
/** A chart has no room for more. */
export const mostSeries = 6;

type Scope = ReturnType<typeof organizationScope>;

/** Whose findings are counted: those of the list that have all of it. */
export function findingsScope(asked: ReportDefinition, projects: readonly number[] | null): Scope {
  const some = (ids: readonly number[] | undefined): readonly number[] | null =>
    ids === undefined || ids.length === 0 ? null : ids;
  return organizationScope({
    branchScope: asked.branchScope,
    counting: 'server',
    projects,
    integrations: some(asked.integration),
    exceptIntegrations: asked.notIntegration ?? [],
  });
}

/** What the list of findings is filtered by: a report counts what it shows. */
export function findingsFilter(asked: ReportDefinition) {
  const { author, project, severity, type } = asked;
  return {
    author,
    project,
    severity,
    type,
    status: statesOf(asked),
    except: {
      author: asked.notAuthor,
      project: asked.notProject,
      severity: asked.notSeverity,
      status: asked.notStatus,
      type: asked.notType,
    },
  };
}

export type Shown = Omit<Report, 'state' | 'report' | 'metric'>;

/** Issues and their effort, by one or two of their words, the greatest groups first. */
export async function reportOfFindings(
  tx: Queryable,
  asked: ReportDefinition,
  { projects, most, now }: { projects: readonly number[] | null; most: number; now: Date },
): Promise<Shown> {
  const unit = asked.report === 'effort' ? 'minutes' : 'findings';
  const by = axisOf(asked) as Dimension;
  const stack = asked.stack ?? null;
  const { rows, groups, parts } = await groupFindings(tx, findingsScope(asked, projects), findingsFilter(asked), {
    by,
    parts: stack,
    measure: unit,
    most: { groups: most, parts: mostSeries },
    now,
  });
  const valueOf = (row: (typeof rows)[number]): number | null => (unit === 'minutes' ? row.minutes : row.findings);
  const sums = (of: typeof rows) => ({
    total: sumKnown(of.map(valueOf)),
    counted: of.reduce((sum, row) => sum + row.findings, 0),
    unknown: of.reduce((sum, row) => sum + row.withoutEffort, 0),
  });
  const keysOf = (pick: (row: (typeof rows)[number]) => string | null): string[] =>
    [...Map.groupBy(rows, pick)]
      .flatMap(([key, own]) => (key === null ? [] : [{ key, size: sums(own).total ?? -1 }]))
      .toSorted((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1))
      .map(({ key }) => key);
  const seriesKeys = keysOf((row) => row.part);
  const hasOthers = rows.some((row) => row.part === null);
  const columns: (string | null)[] = [...seriesKeys, ...(hasOthers ? [null] : [])];
  const valuesOf = (own: typeof rows): (number | null)[] =>
    columns.map((part) => {
      const parted = own.filter((row) => row.part === part);
      // Nothing of a kind is none of it; what is there and of which nothing is known is not.
      return parted.length === 0 ? 0 : sumKnown(parted.map(valueOf));
    });
  const names = {
    x: await namesOf(
      tx,
      by,
      keysOf((row) => row.key),
    ),
    part: await namesOf(tx, stack, seriesKeys),
  };
  const beyond = rows.filter((row) => row.key === null);
  return {
    axis: by,
    stack,
    unit,
    series: columns.map((part) =>
      stack === null
        ? { key: unit, label: null, unit }
        : { key: part ?? 'others', label: part === null ? null : (names.part.get(part) ?? null), unit },
    ),
    stackedInOthers: hasOthers ? parts - mostSeries : 0,
    groups: keysOf((row) => row.key).map((key) => {
      const own = rows.filter((row) => row.key === key);
      return { key, label: names.x.get(key) ?? null, values: valuesOf(own), ...sums(own), period: null };
    }),
    others: beyond.length === 0 ? null : { groups: groups - most, values: valuesOf(beyond), ...sums(beyond) },
    groupsInAll: groups,
    ...sums(rows),
    total: sums(rows).total ?? (rows.length === 0 ? 0 : null),
  };
}

/** Null when none is known; what is not known is said beside a sum. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
}
