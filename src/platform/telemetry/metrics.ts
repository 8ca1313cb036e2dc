import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers that a room reads at each scrape, with labels of their own. */
export interface MetricFamily {
  name: string;
  help: string;
  /** A counter only rises, whichever process is asked. */
  kind: 'gauge' | 'counter';
  labels: readonly string[];
  /** One series each; `labels` in the order of the family's. */
  read(): Promise<readonly { labels: readonly string[]; value: number }[]>;
}

export interface MetricsOptions {
  version: string;
  families?: readonly MetricFamily[];
  /** Asked at each scrape; each entry becomes a series. A source that fails leaves its series out. */
  sources?: {
    /** Ingestion tasks by state. */
    tasks?: () => Promise<Record<string, number>>;
    /** Runs of the last 24 hours by status. */
    runs?: () => Promise<Record<string, number>>;
    /** Integrations by health. */
    integrations?: () => Promise<Record<string, number>>;
    /** Database connections by state: total, idle, waiting. */
    connections?: () => Promise<Record<string, number>>;
  };
}

export interface Metrics {
  /** Prometheus text. */
  text(): Promise<{ contentType: string; body: string }>;
  /** `route` is the declared path, never the address with its values. */
  observe(request: { method: string; route: string; status: number; seconds: number }): void;
  /** A delivery that was not taken; `kind` is one of the product's. */
  countRefusedDelivery(refusal: { kind: string; reason: string }): void;
  /** `status` is an HTTP status or an error code. Fits `OutboundEnvironment.observe`. */
  observeOutbound(call: { host: string; status: string; milliseconds: number }): void;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: 'plumbline_info', help: 'Always 1.', labelNames: ['version'], registers })
    .labels(options.version)
    .set(1);
  const http = new Histogram({
    name: 'plumbline_http_request_seconds',
    help: 'Requests answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers,
  });
  const outbound = new Histogram({
    name: 'plumbline_outbound_request_seconds',
    help: 'Calls to outside systems up to the answer’s headers, by host and by HTTP status or error code.',
    labelNames: ['host', 'status'],
    buckets: seconds,
    registers,
  });
  const refused = new Counter({
    name: 'plumbline_deliveries_refused_total',
    help: 'Webhook deliveries that were not taken, by kind of integration and by error code.',
    labelNames: ['kind', 'reason'],
    registers,
  });
  const failures = new Counter({ name: 'plumbline_metrics_failures_total', help: 'Sources that failed.', registers });
  const { tasks, runs, integrations, connections } = options.sources ?? {};
  const parts = { registers, failed: () => failures.inc() };
  addSource(parts, { name: 'plumbline_tasks', help: 'Ingestion tasks.', label: 'state', read: tasks });
  addSource(parts, { name: 'plumbline_runs', help: 'Runs of the last 24 hours.', label: 'status', read: runs });
  const healthHelp = 'Integrations by health: HEALTHY, NEEDS_ATTENTION, CRITICAL …';
  addSource(parts, { name: 'plumbline_integrations', help: healthHelp, label: 'health', read: integrations });
  const help = 'Connections of this process to the database; waiting are queries without one.';
  addSource(parts, { name: 'plumbline_database_connections', help, label: 'state', read: connections });
  for (const family of options.families ?? []) addFamily(parts, family);
  return {
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    observe: ({ method, route, status, seconds: took }) => http.labels(method, route, String(status)).observe(took),
    countRefusedDelivery: ({ kind, reason }) => refused.labels(kind, reason).inc(),
    observeOutbound: ({ host, status, milliseconds }) => outbound.labels(host, status).observe(milliseconds / 1000),
  };
}

function addFamily(
  parts: { registers: Registry[]; failed: () => void },
  { name, help, kind, labels, read }: MetricFamily,
): void {
  const described = { name, help, labelNames: [...labels], registers: parts.registers };
  const collect = async (metric: Gauge | Counter): Promise<void> => {
    metric.reset();
    try {
      for (const row of await read()) metric.labels(...row.labels).inc(row.value);
    } catch {
      parts.failed();
    }
  };
  if (kind === 'counter')
    new Counter({
      ...described,
      collect: function () {
        return collect(this);
      },
    });
  else
    new Gauge({
      ...described,
      collect: function () {
        return collect(this);
      },
    });
}

interface Source {
  name: string;
  help: string;
  label: string;
  read: (() => Promise<Record<string, number>>) | undefined;
}

function addSource(parts: { registers: Registry[]; failed: () => void }, { name, help, label, read }: Source): void {
  if (read === undefined) return;
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: parts.registers,
    async collect() {
      // Nothing is better than the numbers of the last scrape.
      this.reset();
      try {
        for (const [value, count] of Object.entries(await read())) this.labels(value).set(count);
      } catch {
        parts.failed();
      }
    },
  });
}
