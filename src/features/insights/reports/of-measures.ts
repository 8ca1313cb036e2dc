import type { Queryable } from '../../../platform/database/index.ts';
import { middle } from './middle.ts';
import type { Report, ReportDefinition, ReportGroup, ReportMetric } from './contract.ts';
import { effortMetrics, isAdditive, kinds, unitOf } from '../../../domain/report-kinds.ts';
import { type MeasuredProject, readMeasured } from './measured.ts';
import type { Days } from './of-days.ts';
import { mostSeries, type Shown, sumKnown } from './of-findings.ts';

type Series = Report['series'][number];

/** Metrics that are summed into the values of one report, each with what it is. */
function columnsOf(asked: ReportDefinition): { metrics: readonly ReportMetric[]; main: ReportMetric } {
  const { metrics } = kinds[asked.report];
  if (asked.report !== 'effort-trend') return { metrics, main: asked.metric ?? metrics[0] ?? 'coverage' };
  const types = new Map(Object.entries(effortMetrics).map(([metric, type]) => [metric, type as string]));
  const kept = metrics.filter((metric) => {
    const type = types.get(metric) ?? '';
    const only = (asked.type ?? []) as readonly string[];
    return (only.length === 0 || only.includes(type)) && !(asked.notType ?? []).some((left) => left === type);
  });
  return { metrics: kept, main: kept[0] ?? 'sqale_index' };
}

/** Each project with its measures, at the end of the only bucket. */
export async function reportOfMeasures(
  tx: Queryable,
  asked: ReportDefinition,
  days: Days,
  most: number,
): Promise<Shown> {
  const { metrics, main } = columnsOf(asked);
  const unit = unitOf(main);
  const measured = await readMeasured(tx, { ...days, metrics });
  const valuesOf = (project: MeasuredProject): (number | null)[] =>
    metrics.map((metric) => project.values.get(metric)?.at(-1) ?? null);
  const isSum = asked.report === 'effort-trend';
  const mainOf = (values: readonly (number | null)[]): number | null =>
    isSum ? sumKnown(values) : (values[metrics.indexOf(main)] ?? null);
  const isUnknown = (values: readonly (number | null)[]): boolean =>
    isSum ? values.includes(null) : mainOf(values) === null;
  const rows = measured
    .map((project) => ({ project, values: valuesOf(project) }))
    .toSorted(
      (a, b) => (mainOf(b.values) ?? -1) - (mainOf(a.values) ?? -1) || (a.project.name < b.project.name ? -1 : 1),
    );
  const sums = (of: typeof rows) => ({
    total: isAdditive(unit) ? sumKnown(of.map((row) => mainOf(row.values))) : null,
    counted: of.length,
    unknown: of.filter((row) => isUnknown(row.values)).length,
  });
  const beyond = rows.slice(most);
  return {
    axis: 'project',
    stack: null,
    unit,
    series: metrics.map((metric): Series => ({ key: metric, label: null, unit: unitOf(metric) })),
    stackedInOthers: 0,
    groups: rows.slice(0, most).map(({ project, values }) => ({
      key: String(project.id),
      label: project.name,
      values,
      total: mainOf(values),
      counted: 1,
      unknown: isUnknown(values) ? 1 : 0,
      period: null,
    })),
    others:
      beyond.length === 0
        ? null
        : {
            groups: beyond.length,
            values: metrics.map((metric, n) =>
              isAdditive(unitOf(metric)) ? sumKnown(beyond.map((row) => row.values[n] ?? null)) : null,
            ),
            ...sums(beyond),
          },
    groupsInAll: rows.length,
    ...sums(rows),
  };
}

/** Least, middle and greatest of the projects that have a value, over time; with a stack the greatest projects apart. */
export async function trendOfMeasures(tx: Queryable, asked: ReportDefinition, days: Days): Promise<Shown> {
  const { metrics, main } = columnsOf(asked);
  const isEffort = asked.report === 'effort-trend';
  const unit = unitOf(main);
  const measured = await readMeasured(tx, { ...days, metrics: isEffort ? metrics : [main] });
  const at = (project: MeasuredProject, n: number): number | null =>
    isEffort
      ? sumKnown(metrics.map((metric) => project.values.get(metric)?.[n] ?? null))
      : (project.values.get(main)?.[n] ?? null);
  const isUnknown = (project: MeasuredProject, n: number): boolean =>
    isEffort ? metrics.some((metric) => (project.values.get(metric)?.[n] ?? null) === null) : at(project, n) === null;
  const lastBucket = days.buckets.length - 1;
  const order = measured.toSorted((a, b) => (at(b, lastBucket) ?? -1) - (at(a, lastBucket) ?? -1) || a.id - b.id);
  const stacked = asked.stack === 'project' ? order.slice(0, mostSeries) : [];
  const beyond = asked.stack === 'project' ? order.slice(mostSeries) : [];
  const others = beyond.length > 0 && isAdditive(unit);
  const spread = ['total', 'median', 'least', 'greatest'].filter((name) => name !== 'total' || isAdditive(unit));
  const valuesAt = (n: number): (number | null)[] => {
    if (asked.stack === 'project')
      return [
        ...stacked.map((project) => at(project, n)),
        ...(others ? [sumKnown(beyond.map((one) => at(one, n)))] : []),
      ];
    if (asked.stack === 'type')
      return metrics.map((metric) => sumKnown(measured.map((one) => one.values.get(metric)?.[n] ?? null)));
    const known = measured.flatMap((project) => at(project, n) ?? []).toSorted((a, b) => a - b);
    const all: Record<string, number | null> = {
      total: sumKnown(known),
      median: middle(known),
      least: known[0] ?? null,
      greatest: known.at(-1) ?? null,
    };
    return spread.map((name) => all[name] ?? null);
  };
  const seriesOf = (): Series[] => {
    if (asked.stack === 'project')
      return [
        ...stacked.map(({ id, name }) => ({ key: String(id), label: name, unit })),
        ...(others ? [{ key: 'others', label: null, unit }] : []),
      ];
    if (asked.stack === 'type')
      return metrics.map((metric) => ({
        key: (effortMetrics as Record<string, string>)[metric] ?? metric,
        label: null,
        unit,
      }));
    return spread.map((key) => ({ key, label: null, unit }));
  };
  const groups = days.buckets.map(
    ({ from, to }, n): ReportGroup => ({
      key: from,
      label: null,
      values: valuesAt(n),
      total: isAdditive(unit) ? sumKnown(measured.map((project) => at(project, n))) : null,
      counted: measured.length,
      unknown: measured.filter((project) => isUnknown(project, n)).length,
      period: { from, to, complete: to < days.today, read: true },
    }),
  );
  const last = groups.at(-1);
  return {
    axis: 'time',
    stack: asked.stack ?? null,
    unit,
    series: seriesOf(),
    stackedInOthers: beyond.length,
    groups,
    others: null,
    groupsInAll: groups.length,
    total: last?.total ?? null,
    counted: last?.counted ?? 0,
    unknown: last?.unknown ?? 0,
  };
}
