import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Connector } from '../../src/connectors/contract.ts';
import { createInbox, type Inbox, inboxData, maxBodyBytes } from '../../src/features/inbox/index.ts';
import {
  createIngestion,
  type Ingestion,
  ingestionData,
  type IngestionOptions,
  ingestionRoutes,
} from '../../src/features/ingestion/index.ts';
import type { IntegrationData } from '../../src/features/integrations/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { testHub, type TestHub } from '../support/hub.ts';

/** Rooms of a hub that reads one system and takes its deliveries, on a database of their own, without the queue. */
export interface ReadingHub extends TestHub {
  inbox: Inbox;
  integrationId: number;
  /** One poll: asked for, carried out, and everything it led to. */
  poll(options?: { full?: boolean }): Promise<void>;
  /** Waits until nothing is waiting or running. */
  settled(): Promise<void>;
}

export interface ReadingHubOptions {
  /** Of the integration. */
  name: string;
  connector: Connector;
  sink: IngestionOptions['sinks'][number];
  /** Of the room that keeps what is read. */
  data(db: Database): IntegrationData;
  settings: object;
  secrets: object;
  publicUrl(): URL;
}

export async function readingHub(options: ReadingHubOptions): Promise<ReadingHub> {
  const { connector } = options;
  let inbox: Inbox | undefined;
  let ingestion: Ingestion | undefined;
  const openOutbound: typeof createOutbound = (wanted) => createOutbound(wanted);
  const hub = await testHub({
    connectors: [connector],
    openOutbound: openOutbound as () => ReturnType<typeof createOutbound>,
    data: (db) => [
      { ...inboxData(db), leave: (id, signal) => inbox?.leave(id, signal) ?? Promise.resolve([]) },
      ingestionData(db),
      options.data(db),
    ],
    rooms({ db, vault, integrations }) {
      const { sources, connect } = integrations;
      const shared = { db, log: silentLog, sources, connect, now: () => new Date() };
      const reading = createIngestion({
        ...shared,
        openOutbound,
        sinks: [options.sink],
        enqueueReactions: async () => undefined,
        beforeDiscovery: (id, signal) => inbox?.catchUp(id, signal) ?? Promise.resolve(),
        random: () => 0.5,
        concurrency: 4,
        takeBackLeases: false,
      });
      const receiving = createInbox({
        ...shared,
        vault,
        connectors: [connector],
        handlers: [reading.deliveries(connector.kind)],
        publicUrl: options.publicUrl,
      });
      ingestion = reading;
      inbox = receiving;
      const { accept, refuse } = receiving;
      return {
        routes: [...receiving.routes, ...ingestionRoutes(reading)],
        hooks: { accept, refuse, maxBodyBytes },
      };
    },
  });
  const rooms = { inbox: inbox as Inbox, ingestion: ingestion as Ingestion };
  const { settings, secrets } = options;
  const created = await hub.call('POST', '/api/v1/integrations', {
    body: { name: options.name, kind: connector.kind, settings, secrets, syncIntervalSeconds: 86_400 },
  });
  if (created.status !== 201) throw new Error(created.text);
  const integrationId = created.body.integration.id as number;
  // The first planned run is a day away: polls are the test's.
  await hub.db.execute(
    "insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) values ($1, now() + interval '1 day', 86400)",
    [integrationId],
  );
  await rooms.inbox.startWorking({ processing: true, own: false });
  await rooms.ingestion.startWorking();
  onTestFinished(async () => {
    await rooms.inbox.stop();
    await rooms.ingestion.stop();
  });
  const settled = (): Promise<void> => settle(hub.db, integrationId);
  return {
    ...hub,
    inbox: rooms.inbox,
    integrationId,
    settled,
    async poll({ full = false } = {}) {
      const { status, text } = await hub.call('POST', `/api/v1/integrations/${integrationId}/sync`, { body: { full } });
      if (status !== 200) throw new Error(text);
      await settled();
    },
  };
}

async function settle(db: Database, integrationId: number): Promise<void> {
  for (;;) {
    const { busy } = await db.one<{ busy: boolean }>(
      `select exists (select from inbox.deliveries where state = 'waiting')
           or exists (select from ingestion.tasks where integration_id = $1 and state in ('pending', 'leased', 'staged'))
           or exists (select from ingestion.runs where integration_id = $1 and finished_at is null) as busy`,
      [integrationId],
    );
    if (!busy) return;
    await delay(25);
  }
}
