import type { SliceEvent } from '../../contract.ts';
import { complete, type Reader } from '../reader.ts';
import type { MetricRecord } from '../records.ts';
import { ListedMetric, MetricsSearch } from '../schema.ts';

const pageSize = 500;

export interface MetricListing {
  records: MetricRecord[];
  setAside: SliceEvent[];
  total: number;
}

/** The server's catalogue of metrics: about 160, one page. */
export async function listMetrics({ client }: Reader): Promise<MetricListing> {
  const records = new Map<string, MetricRecord>();
  const setAside: SliceEvent[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.get(MetricsSearch, 'api/metrics/search', { p: page, ps: pageSize });
    for (const raw of answer.metrics) {
      const metric = ListedMetric.safeParse(raw);
      if (metric.success && metric.data.key !== '') records.set(metric.data.key, toRecord(metric.data));
      else
        setAside.push({
          type: 'set_aside',
          stream: 'metrics',
          scope: '',
          text: JSON.stringify(raw) ?? '',
          reason: 'the metric has no key and type',
        });
    }
    if (answer.metrics.length === 0 || page * pageSize >= answer.total) {
      return { records: [...records.values()], setAside, total: answer.total };
    }
  }
}

function toRecord(metric: ReturnType<typeof ListedMetric.parse>): MetricRecord {
  return {
    key: metric.key,
    sourceId: metric.id === undefined ? null : String(metric.id),
    name: metric.name ?? metric.key,
    description: metric.description ?? null,
    type: metric.type,
    domain: metric.domain ?? null,
    direction: metric.direction === undefined ? null : Math.trunc(metric.direction),
    qualitative: metric.qualitative ?? null,
    hidden: metric.hidden ?? null,
  };
}

export async function readMetrics(reader: Reader): Promise<SliceEvent[]> {
  const { records, setAside, total } = await listMetrics(reader);
  const proven = records.length + setAside.length === total && records.length > 0;
  return [
    { type: 'records', stream: 'metrics', scope: '', records },
    ...setAside,
    complete({
      stream: 'metrics',
      scope: '',
      sourceCount: total,
      method: 'api/metrics/search',
      proof: proven ? 'counts_equal' : 'unproven',
      absenceTrusted: proven,
    }),
  ];
}
