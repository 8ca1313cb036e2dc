import type { SliceEvent } from '../../contract.ts';
import { toInstant } from '../instant.ts';
import { complete, historyBookmark, isClosed, type Reader, type ScopeRef, whole } from '../reader.ts';
import type { MeasureHistoryRecord, MeasureRecord } from '../records.ts';
import { ListedMeasure, MeasuresComponent } from '../schema.ts';
import { type MeasurePages, readMeasurePages } from './measure-pages.ts';
import { listMetrics, recallCatalogue } from './metrics.ts';
import { certainMetrics, wantedHistory, wantedMetrics } from './wanted-metrics.ts';

/** Keys the server knows, of which the wanted ones are asked for. */
export async function readCatalogue(reader: Reader): Promise<ReadonlySet<string>> {
  const told = recallCatalogue(reader);
  if (told !== null) return told.keys;
  try {
    return new Set((await listMetrics(reader)).records.map((metric) => metric.key));
  } catch (error) {
    if (isClosed(error)) return certainMetrics;
    throw error;
  }
}

/** Stream `measures`: the current values of one scope. A metric without a value is not listed, and never 0. */
export async function readMeasures(
  reader: Reader,
  project: string,
  { scope, catalogue }: { scope: ScopeRef; catalogue: ReadonlySet<string> },
): Promise<SliceEvent[]> {
  const params = { component: project, ...scope.params, additionalFields: 'period' };
  const many = { name: 'metricKeys', values: wantedMetrics(catalogue) };
  const answers = await reader.client.getMany(MeasuresComponent, 'api/measures/component', params, many);
  const records: MeasureRecord[] = [];
  for (const { period, component } of answers) {
    const of = {
      periodMode: period?.mode ?? null,
      periodParameter: period?.parameter ?? null,
      periodAt: toInstant(period?.date),
    };
    for (const raw of component.measures ?? []) {
      const record = toMeasure(raw, of);
      if (record !== null) records.push(record);
    }
  }
  const stream = { stream: 'measures', scope: scope.key, method: 'api/measures/component' };
  return whole(stream, records, true);
}

type Period = Pick<MeasureRecord, 'periodMode' | 'periodParameter' | 'periodAt'>;

const noPeriod: Period = { periodMode: null, periodParameter: null, periodAt: null };

function toMeasure(raw: unknown, period: Period): MeasureRecord | null {
  const parsed = ListedMeasure.safeParse(raw);
  if (!parsed.success) return null;
  const { metric, value, bestValue, periods } = parsed.data;
  const onNewCode = parsed.data.period ?? periods?.[0];
  const found = value ?? onNewCode?.value;
  if (found === undefined) return null;
  const isNewCode = value === undefined;
  const best = bestValue ?? onNewCode?.bestValue ?? null;
  return { metric, value: found, isNewCode, bestValue: best, ...(isNewCode ? period : noPeriod) };
}

/**
 * Stream `measure_history`: the values of every analysis since a moment. Pull requests have none worth a chart. `pages`
 * hold at least these metrics, where somebody has read them already.
 */
export async function readMeasureHistory(
  reader: Reader,
  project: string,
  target: {
    scope: ScopeRef;
    since: Date;
    /** From when on no analysis is left out, as `historyBookmark` takes it. */
    from: string | null;
    catalogue: ReadonlySet<string>;
    pages: MeasurePages | null;
  },
): Promise<SliceEvent[]> {
  const { scope, since } = target;
  const events: SliceEvent[] = [];
  const metrics = wantedHistory(target.catalogue);
  const stream = 'measure_history';
  const entries = new Map(metrics.map((metric) => [metric, 0]));
  let count = 0;
  let total = 0;
  for (const answer of target.pages ?? (await readMeasurePages(reader, project, { scope, since, metrics }))) {
    total = answer.paging.total;
    const records: MeasureHistoryRecord[] = [];
    for (const { metric, history } of answer.measures) {
      const listed = entries.get(metric);
      if (listed === undefined) continue;
      entries.set(metric, listed + history.length);
      for (const { date, value } of history) {
        const at = toInstant(date);
        if (at !== null && value !== undefined) records.push({ metric, at, value });
      }
    }
    count += records.length;
    if (records.length > 0) events.push({ type: 'records', stream, scope: scope.key, records });
  }
  const everyAnalysis = [...entries.values()].every((listed) => listed === total);
  const end = complete({
    stream,
    scope: scope.key,
    sourceCount: count,
    method: 'api/measures/search_history',
    proof: everyAnalysis ? 'counts_equal' : 'unproven',
    absenceTrusted: false,
    ...(everyAnalysis ? historyBookmark(reader, scope, target.from) : {}),
  });
  return [...events, end];
}
