import { countHealth, countWork, ingestionMetrics } from '../features/ingestion/index.ts';
import { deploymentMetrics } from '../features/deployments/index.ts';
import { reportMetrics } from '../features/reports/index.ts';
import { satelliteMetrics } from '../features/satellites/index.ts';
import { type Config, listensOnLoopback } from '../platform/config/index.ts';
import type { Database } from '../platform/database/index.ts';
import { createOutbound, createTrust } from '../platform/outbound/index.ts';
import { createMetrics } from '../platform/telemetry/index.ts';

/** How calls leave this hub, and what is counted of them. */
export function createOutside(
  db: Database,
  { config, version, ownPorts }: { config: Config; version: string; ownPorts(): number[] },
) {
  const metrics = createMetrics({
    version,
    families: [...ingestionMetrics(db), ...satelliteMetrics(db), ...reportMetrics(db), ...deploymentMetrics(db)],
    sources: {
      ...countWork(db),
      integrations: () => countHealth(db),
      connections: async () => ({ total: db.pool.totalCount, idle: db.pool.idleCount, waiting: db.pool.waitingCount }),
    },
  });
  const trust = createTrust();
  // Reads the certificates of the system: now, while nobody waits for an answer.
  trust.context(undefined);
  const openOutbound: typeof createOutbound = (wanted) =>
    createOutbound(wanted, { trust, observe: (call) => metrics.observeOutbound(call) });
  const outbound = {
    allow: config.outboundAllow,
    deny: config.outboundDeny,
    loopbackAllowed: listensOnLoopback(config.host),
    get ownPorts() {
      return ownPorts();
    },
    userAgent: `Plumbline/${version}`,
  };
  return { metrics, openOutbound, outbound };
}

export type Outside = ReturnType<typeof createOutside>;
