import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { codeQualityData, createSonarqubeSink } from '../../src/features/code-quality/index.ts';
import { createInbox, type Inbox, inboxData, maxBodyBytes } from '../../src/features/inbox/index.ts';
import { createIngestion, type Ingestion, ingestionData, ingestionRoutes } from '../../src/features/ingestion/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { testHub, type TestHub } from '../support/hub.ts';
import { sign } from '../support/inbox-stage.ts';

/** Rooms of a hub that reads a SonarQube and takes its deliveries, on a database of their own, without the queue. */
export interface DeliveringHub extends TestHub {
  inbox: Inbox;
  integrationId: number;
  /** Sends a body as the server would, signed with a live secret. */
  deliver(body: string): Promise<number>;
  /** One poll: asked for, carried out, and everything it led to. */
  poll(): Promise<void>;
  /** Waits until nothing is waiting or running. */
  settled(): Promise<void>;
}

export interface DeliveringHubOptions {
  url: string;
  token: string;
  projectKeys?: readonly string[];
  /** How the server reaches the hub. */
  publicUrl?: URL;
  /** False: the first run is left to the test. */
  connect?: boolean;
}

export async function deliveringHub(options: DeliveringHubOptions): Promise<DeliveringHub> {
  let inbox: Inbox | undefined;
  let ingestion: Ingestion | undefined;
  const openOutbound: typeof createOutbound = (wanted) => createOutbound(wanted);
  const hub = await testHub({
    connectors: [sonarqube as Connector],
    openOutbound: openOutbound as () => ReturnType<typeof createOutbound>,
    data: (db) => [
      { ...inboxData(db), leave: (id, signal) => inbox?.leave(id, signal) ?? Promise.resolve([]) },
      ingestionData(db),
      codeQualityData(db),
    ],
    rooms({ db, vault, integrations }) {
      const { sources, connect } = integrations;
      const shared = { db, log: silentLog, sources, connect, now: () => new Date() };
      const reading = createIngestion({
        ...shared,
        openOutbound,
        sinks: [createSonarqubeSink()],
        enqueueReactions: async () => undefined,
        beforeDiscovery: (id, signal) => inbox?.catchUp(id, signal) ?? Promise.resolve(),
        random: () => 0.5,
        concurrency: 4,
        takeBackLeases: false,
      });
      const receiving = createInbox({
        ...shared,
        vault,
        connectors: [sonarqube as Connector],
        handlers: [reading.deliveries('sonarqube')],
        publicUrl: () => options.publicUrl ?? new URL('http://127.0.0.1:8420/'),
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
  const created = await hub.call('POST', '/api/v1/integrations', {
    body: {
      name: 'sonar',
      kind: 'sonarqube',
      settings: { url: options.url, projectKeys: options.projectKeys ?? [] },
      secrets: { apiToken: options.token },
      syncIntervalSeconds: 86_400,
    },
  });
  if (created.status !== 201) throw new Error(created.text);
  const integrationId = created.body.integration.id as number;
  const path = `/api/v1/integrations/${integrationId}`;
  const { secret } = (await hub.call('POST', `${path}/webhook-secret`, { body: {} })).body;
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
    async deliver(body) {
      const response = await hub.app.inject({
        method: 'POST',
        url: `/hooks/sonarqube/${integrationId}`,
        payload: body,
        headers: { host: 'localhost', ...sign(body, secret) },
      });
      return response.statusCode;
    },
    async poll() {
      const { status, text } = await hub.call('POST', `${path}/sync`, { body: {} });
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
