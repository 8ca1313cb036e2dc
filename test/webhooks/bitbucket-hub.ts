import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { createInbox, type Inbox, inboxData, maxBodyBytes } from '../../src/features/inbox/index.ts';
import { createIngestion, type Ingestion, ingestionData, ingestionRoutes } from '../../src/features/ingestion/index.ts';
import { bitbucketSink, repositoriesData } from '../../src/features/repositories/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { testHub, type TestHub } from '../support/hub.ts';

/** Rooms of a hub that reads a Bitbucket and takes its deliveries over HTTP, without the queue. */
export interface BitbucketHub extends TestHub {
  inbox: Inbox;
  integrationId: number;
  /** Where deliveries arrive. */
  hookUrl: string;
  /** One poll, and everything it led to. */
  poll(options?: { full?: boolean }): Promise<void>;
  /** Waits until nothing is waiting or running. */
  settled(): Promise<void>;
}

export async function bitbucketHub(options: {
  url: string;
  token: string;
  projects?: readonly string[];
}): Promise<BitbucketHub> {
  let inbox: Inbox | undefined;
  let ingestion: Ingestion | undefined;
  const door = await frontDoor();
  const openOutbound: typeof createOutbound = (wanted) => createOutbound(wanted);
  const hub = await testHub({
    connectors: [bitbucketServer as Connector],
    openOutbound: openOutbound as () => ReturnType<typeof createOutbound>,
    data: (db) => [
      { ...inboxData(db), leave: (id, signal) => inbox?.leave(id, signal) ?? Promise.resolve([]) },
      ingestionData(db),
      repositoriesData(db),
    ],
    rooms({ db, vault, integrations }) {
      const { sources, connect } = integrations;
      const shared = { db, log: silentLog, sources, connect, now: () => new Date() };
      const reading = createIngestion({
        ...shared,
        openOutbound,
        sinks: [bitbucketSink],
        enqueueReactions: async () => undefined,
        beforeDiscovery: (id, signal) => inbox?.catchUp(id, signal) ?? Promise.resolve(),
        random: () => 0.5,
        concurrency: 4,
        takeBackLeases: false,
      });
      const receiving = createInbox({
        ...shared,
        vault,
        connectors: [bitbucketServer as Connector],
        handlers: [reading.deliveries('bitbucket-server')],
        publicUrl: () => door.url,
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
  door.leadTo(hub);
  const rooms = { inbox: inbox as Inbox, ingestion: ingestion as Ingestion };
  const created = await hub.call('POST', '/api/v1/integrations', {
    body: {
      name: 'bitbucket',
      kind: 'bitbucket-server',
      settings: { url: options.url, projects: options.projects ?? [] },
      secrets: { token: options.token },
      syncIntervalSeconds: 86_400,
    },
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
  const settled = async (): Promise<void> => {
    for (;;) {
      const { busy } = await hub.db.one<{ busy: boolean }>(
        `select exists (select from inbox.deliveries where state = 'waiting')
             or exists (select from ingestion.tasks where state in ('pending', 'leased', 'staged'))
             or exists (select from ingestion.runs where finished_at is null) as busy`,
      );
      if (!busy) return;
      await delay(25);
    }
  };
  return {
    ...hub,
    inbox: rooms.inbox,
    integrationId,
    hookUrl: new URL(`hooks/bitbucket-server/${integrationId}`, door.url).href,
    settled,
    async poll({ full = false } = {}) {
      const { status, text } = await hub.call('POST', `/api/v1/integrations/${integrationId}/sync`, { body: { full } });
      if (status !== 200) throw new Error(text);
      await settled();
    },
  };
}

/** A port of loopback that hands every call on to the hub, as a proxy in front of it does. */
async function frontDoor(): Promise<{ url: URL; leadTo(hub: Pick<TestHub, 'app'>): void }> {
  let app: TestHub['app'] | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void app
        ?.inject({
          method: request.method === 'POST' ? 'POST' : 'GET',
          url: request.url ?? '/',
          payload: Buffer.concat(chunks),
          headers: { ...(request.headers as Record<string, string>), host: 'localhost' },
        })
        .then(({ statusCode, body }) => response.writeHead(statusCode).end(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), leadTo: (hub) => void (app = hub.app) };
}
