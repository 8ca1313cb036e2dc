import { toServerDate } from '../instant.ts';
import type { Reader, ScopeRef } from '../reader.ts';
import { MeasureHistory } from '../schema.ts';

export type MeasurePages = readonly ReturnType<typeof MeasureHistory.parse>[];

/** The gate as it was at each analysis, and why. */
export const gateMetrics = ['alert_status', 'quality_gate_details'] as const;

const analysesPerPage = 1000;

/** `api/measures/search_history`: the values of some metrics at every analysis of a scope, all or since a moment. */
export async function readMeasurePages(
  { client }: Reader,
  project: string,
  { scope, since, metrics }: { scope: ScopeRef; since: Date | null; metrics: readonly string[] },
): Promise<MeasurePages> {
  const from = since === null ? undefined : toServerDate(since);
  const pages: ReturnType<typeof MeasureHistory.parse>[] = [];
  for (let page = 1; ; page += 1) {
    const params = { component: project, ...scope.params, from, p: page, ps: analysesPerPage };
    const many = { name: 'metrics', values: metrics };
    const answers = await client.getMany(MeasureHistory, 'api/measures/search_history', params, many);
    pages.push(...answers);
    const isEmpty = answers.every(({ measures }) => measures.every(({ history }) => history.length === 0));
    if (isEmpty || answers.every(({ paging }) => page * analysesPerPage >= paging.total)) return pages;
  }
}
