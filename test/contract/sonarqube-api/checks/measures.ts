import { expect } from 'vitest';
import { ask, type Checks, instantOf, moved, type Target } from '../target.ts';

interface History {
  paging: { total: number };
  measures: { metric: string; history: { date: string; value?: string }[] }[];
}

const history = async (t: Target, query: Record<string, string | number>): Promise<History> =>
  (await ask(t, 'api/measures/search_history', { component: t.small, ...query })).json<History>();

/** Real metrics, as many as wanted: an unknown one would be refused for another reason. */
async function metricKeys(t: Target, wanted: (type: string) => boolean, count: number): Promise<string[]> {
  const answer = await ask(t, 'api/metrics/search', { ps: 500 });
  const { metrics } = answer.json<{ metrics: { key: string; type: string }[] }>();
  const keys = metrics.filter((metric) => wanted(metric.type)).map((metric) => metric.key);
  // The limit is on the number of values in the request, so repeated ones count too.
  return Array.from({ length: count }, (_, at) => keys[at % keys.length] ?? '');
}

/** Metrics, measures and their history (section 5). */
export const measureChecks: Checks = {
  'metric-unknown-component': async (t) => {
    const answer = await ask(t, 'api/measures/component', { component: t.small, metricKeys: 'ncloc,nope' });
    expect([answer.status, answer.message()]).toEqual([404, 'The following metric keys are not found: nope']);
  },
  'metric-unknown-history': async (t) => {
    const answer = await ask(t, 'api/measures/search_history', { component: t.small, metrics: 'ncloc,nope' });
    expect([answer.status, answer.message()]).toEqual([400, 'Metrics nope are not found']);
  },
  'measure-omitted': async (t) => {
    const answer = await ask(t, 'api/measures/component', { component: t.empty, metricKeys: 'ncloc,violations' });
    expect(answer.status).toBe(200);
    expect(answer.json<{ component: { measures: object[] } }>().component.measures).toEqual([]);
    const some = await ask(t, 'api/measures/component', { component: t.small, metricKeys: 'violations,test_failures' });
    const { measures } = some.json<{ component: { measures: { metric: string; value: string }[] } }>().component;
    expect(measures).toEqual([{ metric: 'violations', value: expect.any(String), bestValue: expect.any(Boolean) }]);
  },
  'tree-metric-limit': async (t) => {
    const limit = t.profile.treeMetrics;
    const keys = await metricKeys(t, (type) => type !== 'DATA', limit + 1);
    const answer = await ask(t, 'api/measures/component_tree', { component: t.small, metricKeys: keys.join(',') });
    expect([answer.status, answer.message()]).toEqual([
      400,
      `'metricKeys' ${t.profile.treeMetricsVerb} only ${limit} values, got ${limit + 1}`,
    ]);
  },
  'tree-data-refused': async (t) => {
    const answer = await ask(t, 'api/measures/component_tree', {
      component: t.small,
      metricKeys: 'quality_gate_details',
    });
    expect([answer.status, answer.message()]).toEqual([
      400,
      "Metrics quality_gate_details can't be requested in this web service. Please use api/measures/component",
    ]);
  },
  'history-page-size': async (t) => {
    expect((await history(t, { metrics: 'ncloc', ps: 1000 })).paging.total).toBeGreaterThan(1);
    const answer = await ask(t, 'api/measures/search_history', { component: t.small, metrics: 'ncloc', ps: 1001 });
    expect([answer.status, answer.message()]).toEqual([400, "'ps' value (1001) must be less than 1000"]);
  },
  'history-order': async (t) => {
    const { paging, measures } = await history(t, { metrics: 'violations,test_failures,alert_status' });
    expect(measures.map((measure) => measure.metric).sort()).toEqual(['alert_status', 'test_failures', 'violations']);
    for (const measure of measures) {
      expect(measure.history).toHaveLength(paging.total);
      const times = measure.history.map((entry) => instantOf(entry.date));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      // An analysis without that measure has an entry without a value.
      if (measure.metric === 'test_failures') expect(measure.history.every((entry) => !('value' in entry))).toBe(true);
    }
  },
  'history-inclusive': async (t) => {
    const [measure] = (await history(t, { metrics: 'violations' })).measures;
    const date = moved(measure?.history[0]?.date ?? '', 0);
    expect((await history(t, { metrics: 'violations', from: date, to: date })).paging.total).toBe(1);
    const day = date.slice(0, 10);
    const same = measure?.history.filter((entry) => moved(entry.date, 0).slice(0, 10) === day).length;
    expect((await history(t, { metrics: 'violations', from: day, to: day })).paging.total).toBe(same);
  },
  'history-no-new-values': async (t) => {
    const [measure] = (await history(t, { metrics: 'new_violations' })).measures;
    expect(measure?.history.length).toBeGreaterThan(1);
    expect(measure?.history.every((entry) => entry.value === undefined)).toBe(true);
  },
  'measures-search-100': async (t) => {
    const many = Array.from({ length: 101 }, (_, at) => `p${at}`).join(',');
    const refused = await ask(t, 'api/measures/search', { projectKeys: many, metricKeys: 'ncloc' });
    expect([refused.status, refused.message()]).toEqual([
      400,
      '101 projects provided, more than maximum authorized (100)',
    ]);
    const some = await ask(t, 'api/measures/search', { projectKeys: `${t.small},nope`, metricKeys: 'violations' });
    const { measures } = some.json<{ measures: { component: string }[] }>();
    expect(measures.map((measure) => measure.component)).toEqual([t.small]);
  },
};
