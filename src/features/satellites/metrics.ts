import type { Database } from '../../platform/database/index.ts';
import type { MetricFamily } from '../../platform/telemetry/index.ts';
import { type Presence, presenceOf } from './model.ts';

const presences: readonly Presence[] = ['online', 'stale', 'offline'];

/** What satellites tell a monitoring system. */
export function satelliteMetrics(db: Pick<Database, 'query'>, now: () => Date = () => new Date()): MetricFamily[] {
  return [
    {
      name: 'plumbline_satellites',
      help: 'Satellites with a key that is good, by presence: online, stale (silent for a minute and a half) or offline (for ten minutes).',
      kind: 'gauge',
      labels: ['presence'],
      async read() {
        const seen = await db.query<{ at: Date }>(
          `select s.seen_at as at from satellites.satellites s join satellites.keys k on k.id = s.key_id and k.revoked_at is null`,
        );
        const counts = Map.groupBy(seen, ({ at }) => presenceOf(at, now()));
        return presences.map((presence) => ({ labels: [presence], value: counts.get(presence)?.length ?? 0 }));
      },
    },
  ];
}
