import { z } from 'zod';
import type { SliceEvent } from '../../contract.ts';
import { parseJson } from '../parse-json.ts';
import { complete, type Reader } from '../reader.ts';
import type { MetricRecord } from '../records.ts';
import { ListedMetric, MetricsSearch } from '../schema.ts';
import { releaseOf } from '../version.ts';

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

/** Cursor that every slice gets: which metrics the server has, so that they are listed once a day and not per project. */
export const catalogueCursor = 'all:metrics';

const Catalogue = z.object({ release: z.string().nullable(), readAt: z.string(), keys: z.array(z.string()) });

/** A catalogue grows with an upgrade or a plugin, and both restart the server: once a day is often enough. */
const keptMs = 86_400_000;

export interface Catalogue {
  keys: ReadonlySet<string>;
  readAt: Date;
}

/** What the last listing found; null after an upgrade, and when it is older than a day. */
export function recallCatalogue(reader: Reader): Catalogue | null {
  const parsed = Catalogue.safeParse(parseJson(reader.request.cursors[catalogueCursor]));
  if (!parsed.success || parsed.data.release !== releaseOf(reader.server.version)) return null;
  const readAt = new Date(parsed.data.readAt);
  return reader.now().getTime() - readAt.getTime() > keptMs ? null : { keys: new Set(parsed.data.keys), readAt };
}

export async function readMetrics(reader: Reader): Promise<SliceEvent[]> {
  if (recallCatalogue(reader) !== null && reader.request.stored !== undefined) return [];
  const { records, setAside, total } = await listMetrics(reader);
  const proven = records.length + setAside.length === total && records.length > 0;
  const keys = records.map((metric) => metric.key);
  const value = JSON.stringify({ release: releaseOf(reader.server.version), readAt: reader.now().toISOString(), keys });
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
    ...(proven ? [{ type: 'cursor' as const, name: catalogueCursor, value }] : []),
  ];
}
