import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { webhooks } from '../../src/connectors/sonarqube/webhooks.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { createInbox, type Handler, type Inbox, inboxData, maxBodyBytes } from '../../src/features/inbox/index.ts';
import type { Outbound } from '../../src/platform/outbound/types.ts';
import type { Log } from '../../src/platform/telemetry/log.ts';
import { fakeConnector } from './fake-connector.ts';
import { type Answer, testHub, type TestHub } from './hub.ts';

/** The recorded deliveries of pull requests and branches, in the order in which they arrived. */
export interface RecordedDelivery {
  file: string;
  headers: Record<string, string>;
  body: string;
}

const fixtures = new URL('../../lab/simulators/sonarqube/fixtures/branches-and-pull-requests/', import.meta.url);
export const recordedSecret = 'example-webhook-secret-0001';

export async function recordedDeliveries(): Promise<RecordedDelivery[]> {
  const index = await readFile(new URL('README.md', fixtures), 'utf8');
  const files = [...new Set([...index.matchAll(/`(webhook-\d\d-[\w-]+\.json)`/g)].map(([, file]) => file as string))];
  return Promise.all(
    files.toSorted().map(async (file) => {
      const { headers, rawBody } = JSON.parse(await readFile(new URL(file, fixtures), 'utf8'));
      const lower = (headers as [string, string][]).map(([name, value]) => [name.toLowerCase(), value] as const);
      return { file, headers: Object.fromEntries(lower), body: rawBody };
    }),
  );
}

/** As SonarQube signs. */
export function sign(body: string | Uint8Array, secret: string): Record<string, string> {
  const hmac = createHmac('sha256', secret).update(body).digest('hex');
  return { 'content-type': 'application/json; charset=utf-8', 'x-sonar-webhook-hmac-sha256': hmac };
}

export interface InboxStage extends TestHub {
  inbox: Inbox;
  /** Id of the one integration, of kind `fake`. */
  integrationId: number;
  /** A live secret, made by hand. */
  secret: string;
  /** What the handler was given, in order. */
  handled: string[];
  logged: { fields: Record<string, unknown>; message: string }[];
  /** Sends a delivery, signed with the live secret unless told otherwise. */
  deliver(
    body: string,
    options?: { headers?: Record<string, string>; path?: string; address?: string },
  ): Promise<Answer>;
  /** Processes everything that waits. */
  process(): Promise<void>;
}

export interface InboxStageOptions {
  connector?: Partial<Connector>;
  handle?: Handler['handle'];
  openOutbound?: () => Outbound;
  /** Name of the adapter the secret is for. */
  key?: string;
  /** How the hub is reached; read at each use. */
  publicUrl?: () => URL;
  held?: () => Promise<boolean>;
}

/** A hub whose fake system delivers as SonarQube does. */
export async function inboxStage(options: InboxStageOptions = {}): Promise<InboxStage> {
  const fake = fakeConnector();
  const connector: Connector = { ...fake.connector, webhooks, ...options.connector };
  const handled: string[] = [];
  const logged: InboxStage['logged'] = [];
  const handler: Handler = {
    kind: 'fake',
    handle:
      options.handle ??
      (async (_tx, { parsed }) => {
        handled.push(`${parsed.event} ${parsed.subject}`);
        return { outcome: parsed.reads.length > 0 ? 'reading' : 'nothing_to_read', runId: null };
      }),
    handled: () => undefined,
  };
  let inbox: Inbox | undefined;
  const hub = await testHub({
    connectors: [connector],
    ...(options.openOutbound === undefined ? {} : { openOutbound: options.openOutbound }),
    data: (db) => [{ ...inboxData(db), leave: (id, signal) => inbox?.leave(id, signal) ?? Promise.resolve([]) }],
    rooms({ db, vault, integrations }) {
      inbox = createInbox({
        db,
        vault,
        log: recordingLog(logged),
        connectors: [connector],
        handlers: [handler],
        sources: integrations.sources,
        connect: integrations.connect,
        publicUrl: options.publicUrl ?? (() => new URL('https://plumb.example/')),
        ...(options.held === undefined ? {} : { held: options.held }),
        now: () => new Date(),
      });
      const { accept, refuse } = inbox;
      return { routes: inbox.routes, hooks: { accept, refuse, maxBodyBytes } };
    },
  });
  const room = inbox as Inbox;
  onTestFinished(() => room.stop());
  await room.startWorking({ processing: false, own: false });
  const created = await hub.call('POST', '/api/v1/integrations', {
    body: { name: 'fake one', kind: 'fake', settings: { url: 'https://fake.example' }, secrets: { apiToken: 'good' } },
  });
  const integrationId = created.body.integration.id as number;
  const { body } = await hub.call('POST', `/api/v1/integrations/${integrationId}/webhook-secret`, {
    body: { adapter: options.key ?? '' },
  });
  return {
    ...hub,
    inbox: room,
    integrationId,
    secret: body.secret,
    handled,
    logged,
    deliver: (text, how = {}) =>
      deliverTo(hub.app, how.path ?? `/hooks/fake/${integrationId}`, text, {
        headers: how.headers ?? sign(text, body.secret),
        address: how.address ?? '192.0.2.7',
      }),
    async process() {
      await room.catchUp(integrationId, new AbortController().signal);
    },
  };
}

async function deliverTo(
  app: FastifyInstance,
  url: string,
  payload: string,
  { headers, address }: { headers: Record<string, string>; address: string },
): Promise<Answer> {
  const response = await app.inject({
    method: 'POST',
    url,
    payload,
    headers: { host: 'plumb.example', ...headers },
    remoteAddress: address,
  });
  const json = response.headers['content-type']?.toString().startsWith('application/json') === true;
  return {
    status: response.statusCode,
    body: json ? response.json() : undefined,
    text: response.body,
    cookie: undefined,
    headers: response.headers,
  };
}

function recordingLog(lines: InboxStage['logged']): Log {
  const line = (fields: object, message: string): void => {
    lines.push({ fields: fields as Record<string, unknown>, message });
  };
  return { debug: line, info: line, warn: line, error: line, child: () => recordingLog(lines) };
}
