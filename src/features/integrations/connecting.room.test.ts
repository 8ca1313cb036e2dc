import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fakeConnector } from '../../../test/support/fake-connector.ts';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import type { Connector } from '../../connectors/contract.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { createOutbound } from '../../platform/outbound/index.ts';
import type { Outbound } from '../../platform/outbound/types.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import { createIngestion } from '../ingestion/index.ts';

const signal = new AbortController().signal;
const callsEach = 8;

interface Host {
  url: string;
  /** Calls in flight now, and the most there were. */
  now: number;
  most: number;
  calls: number;
  /** Answers with 429 and a wait of an hour while true. */
  limited: boolean;
}

let host: Host;
let hub: TestHub;
/** Connections that were opened and not closed. */
let open: Set<Outbound>;
let id: number;

/** A system whose every question is several calls at once. */
function askingConnector(): Connector {
  const { connector } = fakeConnector();
  const ask = async ({ http, signal }: Parameters<Connector['lookup']>[0]): Promise<void> => {
    const calls = Array.from({ length: callsEach }, () => http.request({ url: new URL(host.url), signal }));
    for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
  };
  return {
    ...connector,
    async *check(context) {
      await ask(context);
      return yield* connector.check(context);
    },
    async lookup(context) {
      await ask(context);
      return [];
    },
  };
}

async function startHost(): Promise<Host> {
  const state: Host = { url: '', now: 0, most: 0, calls: 0, limited: false };
  const server = createServer((_request, response) => {
    state.calls++;
    state.most = Math.max(state.most, ++state.now);
    setTimeout(() => {
      state.now--;
      if (state.limited) response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    }, 10);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return state;
}

beforeEach(async () => {
  host = await startHost();
  open = new Set();
  hub = await testHub({
    connectors: [askingConnector()],
    openOutbound(options) {
      const http = createOutbound(options, { random: () => 0 });
      const counted: Outbound = {
        ...http,
        async close() {
          open.delete(counted);
          await http.close();
        },
      };
      open.add(counted);
      return counted;
    },
  });
  const body = { name: 'one', kind: 'fake', settings: { url: host.url }, secrets: { apiToken: 'good-token' } };
  const created = await hub.call('POST', '/api/v1/integrations', { body });
  expect(created.status).toBe(201);
  id = created.body.integration.id;
  host.most = 0;
  host.calls = 0;
});

const call = (http: Outbound) => http.request({ url: new URL(host.url), signal });
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('connections to outside systems', () => {
  it('holds rooms that call one host at once to its limit, whatever way they come', async () => {
    const { connect, connectTo, sources } = hub.integrations;
    const ingestion = createIngestion({
      db: hub.db,
      log: silentLog,
      sources,
      connect,
      sinks: [],
      openOutbound: () => expect.unreachable('nothing is synced'),
      enqueueReactions: async () => undefined,
      now: () => new Date(),
      random: () => 0,
      concurrency: 1,
      takeBackLeases: false,
    });
    const check = await Promise.all([
      hub.call('POST', '/api/v1/integrations/one/check'),
      ingestion.find('one', 'shop', signal),
      ingestion.find('one', 'cart', signal),
      connect(id, signal, ({ context }) => Promise.all(Array.from({ length: callsEach }, () => call(context.http)))),
      connectTo(new URL(host.url), signal, (http) => Promise.all(Array.from({ length: callsEach }, () => call(http)))),
    ]);
    expect(check[0].body.report.checks).toContainEqual(expect.objectContaining({ outcome: 'ok' }));
    expect(host.calls).toBe(5 * callsEach);
    expect(host.most).toBe(4);
    expect(open.size).toBe(0);
  });

  it('is closed after success, an error and an abort, and of no use afterwards', async () => {
    const kept: Outbound[] = [];
    const keep = async ({ context }: { context: { http: Outbound } }): Promise<void> => void kept.push(context.http);
    await hub.integrations.connect(id, signal, keep);
    const thrown = await failure(
      hub.integrations.connect(id, signal, async (connection) => {
        await keep(connection);
        throw new Error('on purpose');
      }),
    );
    expect(thrown).toMatchObject({ message: 'on purpose' });
    const abort = new AbortController();
    const aborted = await failure(
      hub.integrations.connect(id, abort.signal, async (connection) => {
        await keep(connection);
        const { http, signal } = connection.context;
        const calls = Array.from({ length: callsEach }, () => http.request({ url: new URL(host.url), signal }));
        abort.abort(new Error('nobody waits any more'));
        await Promise.all(calls);
      }),
    );
    expect(aborted).toMatchObject({ message: 'nobody waits any more' });
    expect(await failure(hub.integrations.connect(id, abort.signal, keep))).toBe(abort.signal.reason);
    expect(open.size).toBe(0);
    expect(kept).toHaveLength(3);
    for (const http of kept) expect(await failure(call(http))).not.toBe('no failure');
    // The slots of the calls that were cut off are free again.
    await hub.integrations.connect(id, signal, ({ context }) =>
      Promise.all(Array.from({ length: callsEach }, () => call(context.http))),
    );
  });

  it('lets nobody call a host that asked for no calls, in this process and in others', async () => {
    await hub.db.execute('insert into ingestion.hosts (host_key) values ($1)', [new URL(host.url).origin]);
    host.limited = true;
    const { connect, connectTo } = hub.integrations;
    const ask = ({ context }: { context: { http: Outbound } }) => call(context.http);
    expect(await failure(connect(id, signal, ask))).toMatchObject({ code: 'rate_limited' });
    const calls = host.calls;
    expect(await failure(connectTo(new URL(host.url), signal, call))).toMatchObject({ code: 'rate_limited' });
    const paused = "select 1 from ingestion.hosts where paused_until > now() + interval '50 minutes'";
    await vi.waitFor(async () => expect(await hub.db.query(paused)).toHaveLength(1), { timeout: 30_000 });
    expect(host.calls).toBe(calls);
  });

  it('respects what another process was told', async () => {
    await hub.db.execute(
      "insert into ingestion.hosts (host_key, paused_until) values ($1, now() + interval '1 hour')",
      [new URL(host.url).origin],
    );
    const ask = ({ context }: { context: { http: Outbound } }) => call(context.http);
    expect(await failure(hub.integrations.connect(id, signal, ask))).toMatchObject({ code: 'rate_limited' });
    expect(host.calls).toBe(0);
  });

  it('holds nobody else back when another credential may go on', async () => {
    const path = '/api/v1/integrations/one/credentials';
    const added = await hub.call('POST', path, { body: { secrets: { apiToken: 'other-token' } } });
    expect(added.status).toBe(201);
    host.limited = true;
    const ask = ({ context }: { context: { http: Outbound } }) => call(context.http);
    expect(await failure(hub.integrations.connect(id, signal, ask))).toMatchObject({ code: 'rate_limited' });
    const pauses = 'select 1 from integrations.credentials where paused_until is not null';
    await vi.waitFor(async () => expect(await hub.db.query(pauses)).toHaveLength(1), { timeout: 30_000 });
    host.limited = false;
    expect(await hub.integrations.connect(id, signal, ask)).toMatchObject({ status: 200 });
  });

  it('sends only what the endpoints of the connector declare', async () => {
    const change = { method: 'DELETE' as const, url: new URL(host.url), signal };
    const thrown = await failure(hub.integrations.connect(id, signal, ({ context }) => context.http.request(change)));
    expect(thrown).toMatchObject({ message: expect.stringContaining('no declared endpoint has this method') });
    expect(host.calls).toBe(0);
    expect(await hub.integrations.connectTo(new URL(host.url), signal, (http) => http.request(change))).toMatchObject({
      status: 200,
    });
  });

  it('never repeats the secret it was called with', async () => {
    const thrown = await failure(
      hub.integrations.connect(id, signal, async () => {
        throw new PlumblineError('upstream_error', { message: 'no good-token', upstream: 'You said good-token' });
      }),
    );
    expect(thrown).toMatchObject({ code: 'upstream_error', message: 'no [secret]', upstream: 'You said [secret]' });
  });

  it('reaches a host that nobody configured only where it is public or allowed', async () => {
    const system = { kind: 'fake', settings: { url: host.url }, secrets: { apiToken: 'x' } };
    const ask = ({ context }: { context: { http: Outbound } }) => call(context.http);
    expect(await failure(hub.integrations.connectOnce(system, signal, ask))).toMatchObject({
      code: 'address_not_allowed',
    });
    expect(host.calls).toBe(0);
    expect(open.size).toBe(0);
  });
});
