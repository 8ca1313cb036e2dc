import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import type { Announcement } from '../../../domain/announcement.ts';
import { createOutbound } from '../../../platform/outbound/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { announce, createOutgoingWebhooks, type OutgoingWebhooks } from './index.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** An endpoint as somebody would write it; its answer can be changed. */
async function receiver() {
  const received: Received[] = [];
  const answer = { status: 204, body: '', hold: Promise.resolve() };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      void answer.hold.then(() => response.writeHead(answer.status).end(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/plumbline?key=abc`, received, answer };
}

interface Stage {
  hub: TestHub;
  webhooks(): OutgoingWebhooks;
}

async function stage(held: () => Promise<boolean> = async () => false): Promise<Stage> {
  const made: OutgoingWebhooks[] = [];
  const hub = await testHub({
    openOutbound: () => createOutbound({ configuredHost: '127.0.0.1', loopbackAllowed: true }),
    rooms({ db, vault, integrations }) {
      const webhooks = createOutgoingWebhooks({
        db,
        vault,
        log: silentLog,
        connectTo: integrations.connectTo,
        now: () => new Date(),
        random: () => 0,
        held,
      });
      made.push(webhooks);
      return { routes: webhooks.routes };
    },
  });
  onTestFinished(() => made[0]?.stop());
  return { hub, webhooks: () => made[0] as OutgoingWebhooks };
}

const path = '/api/v1/outgoing-webhooks';
const changed = (id: number): Announcement => ({
  type: 'health.changed',
  data: {
    integration: { id, name: 'sonar-lab', kind: 'sonarqube' },
    before: 'HEALTHY',
    after: 'CRITICAL',
    reasons: [{ code: 'no_run_succeeded', message: 'None of 3 runs succeeded.' }],
  },
});

async function add(hub: TestHub, url: string, events = ['health.changed']) {
  const answer = await hub.call('POST', path, { body: { url, events } });
  expect(answer.status).toBe(201);
  return answer.body as { endpoint: { id: number }; secret: string };
}

const tell = (hub: TestHub, id = 1): Promise<void> => hub.db.transaction((tx) => announce(tx, changed(id)));
const deliveries = async (hub: TestHub, id: number) =>
  (await hub.call('GET', `${path}/${id}/deliveries`)).body.deliveries;
/** As if so much time had passed for what waits. */
const later = (hub: TestHub, hours: number): Promise<number> =>
  hub.db.execute(
    `update operations.webhook_deliveries
        set next_attempt_at = next_attempt_at - make_interval(hours => $1), retry_until = retry_until - make_interval(hours => $1),
            lease_until = lease_until - make_interval(hours => $1), created_at = created_at - make_interval(hours => $1)`,
    [hours],
  );

/** As the documentation tells receivers to do it. */
function verify(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => signature.length === expected.length && timingSafeEqual(Buffer.from(signature), expected));
}

describe('an announcement', () => {
  it('of a copy is sent by the original, until a person says what the copy is', async () => {
    let [held, asked] = [true, 0];
    const { hub, webhooks } = await stage(async () => {
      asked++;
      return held;
    });
    const { url, received } = await receiver();
    const { endpoint } = await add(hub, url);
    await tell(hub);
    webhooks().startWorking();
    await vi.waitFor(() => expect(asked).toBeGreaterThan(3), { timeout: 10_000 });
    expect(received).toEqual([]);
    // Both go on: what waits is the original's to send, and the address is off.
    await webhooks().disown();
    held = false;
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 4), { timeout: 10_000 });
    expect([received, await deliveries(hub, endpoint.id)]).toEqual([
      [],
      [expect.objectContaining({ state: 'failed' })],
    ]);
  });

  it('arrives signed, with id, type, time, sequence and data, at every endpoint that wants it', async () => {
    const { hub, webhooks } = await stage();
    const [one, other] = [await receiver(), await receiver()];
    const { endpoint, secret } = await add(hub, one.url);
    await add(hub, other.url, ['policy.changed']);
    webhooks().startWorking();
    await tell(hub);
    await tell(hub, 2);
    await vi.waitFor(async () => expect(one.received).toHaveLength(2), { timeout: 10_000 });
    const [first, second] = one.received.map(({ body }) => JSON.parse(body)).sort((a, b) => a.sequence - b.sequence);
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'health.changed',
      sequence: expect.any(Number),
      occurred_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: changed(1).data,
    });
    expect(second.sequence).toBeGreaterThan(first.sequence);
    for (const received of one.received) {
      expect(verify(secret, received)).toBe(true);
      expect(verify(secret, { ...received, body: `${received.body} ` })).toBe(false);
      expect(received.headers['content-type']).toBe('application/json');
    }
    expect(other.received).toEqual([]);
    await vi.waitFor(
      async () =>
        expect(await deliveries(hub, endpoint.id)).toMatchObject([
          { state: 'delivered', status: 204, attempts: 1, code: null, durationMs: expect.any(Number) },
          { state: 'delivered' },
        ]),
      { timeout: 30_000 },
    );
  });

  it('is as if it had not been when its transaction rolls back, and costs no row when nobody listens', async () => {
    const { hub } = await stage();
    await tell(hub);
    const { url } = await receiver();
    const { endpoint } = await add(hub, url);
    const failing = hub.db.transaction(async (tx) => {
      await announce(tx, changed(1));
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    expect(await deliveries(hub, endpoint.id)).toEqual([]);
    expect(await hub.db.query('select 1 from operations.webhook_events')).toEqual([]);
  });

  it('is sent again when the process is killed in mid-attempt, with the same id', async () => {
    const { hub, webhooks } = await stage();
    const { url, received } = await receiver();
    const { endpoint } = await add(hub, url);
    await tell(hub);
    // What a killed process leaves: an attempt begun, perhaps sent, its end never stored.
    await hub.db.execute(
      "update operations.webhook_deliveries set attempts = 1, lease_until = now() + interval '1 minute'",
    );
    webhooks().startWorking();
    await later(hub, 1);
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 10_000 });
    await vi.waitFor(
      async () => expect(await deliveries(hub, endpoint.id)).toMatchObject([{ state: 'delivered', attempts: 2 }]),
      { timeout: 30_000 },
    );
    const [delivery] = await deliveries(hub, endpoint.id);
    expect(received[0]?.headers['webhook-id']).toBe(delivery.eventId);
    expect(received[0]?.body).toBe(delivery.body);
  });
});

describe('an endpoint that fails', () => {
  it('is tried again with growing pauses, then switched off after a day, with a row in the trail', async () => {
    const { hub, webhooks } = await stage();
    const { url, received, answer } = await receiver();
    Object.assign(answer, { status: 503, body: 'down for repair' });
    const { endpoint } = await add(hub, url);
    webhooks().startWorking();
    await tell(hub);
    await vi.waitFor(
      async () =>
        expect(await deliveries(hub, endpoint.id)).toMatchObject([
          { state: 'pending', status: 503, code: 'webhook_refused', answer: 'down for repair', attempts: 1 },
        ]),
      { timeout: 10_000 },
    );
    await later(hub, 1);
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await deliveries(hub, endpoint.id))[0].attempts).toBe(2), { timeout: 30_000 });
    await tell(hub, 2);
    await vi.waitFor(() => expect(received).toHaveLength(3), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await deliveries(hub, endpoint.id))[0].attempts).toBe(1), { timeout: 30_000 });
    await hub.db.execute("update operations.webhook_endpoints set failing_since = failing_since - interval '24 hours'");
    await hub.db.execute(
      `update operations.webhook_deliveries set next_attempt_at = now(), retry_until = now() where id = (select min(id) from operations.webhook_deliveries)`,
    );
    await vi.waitFor(
      async () => expect((await hub.call('GET', path)).body.endpoints[0].disabledCode).toBe('webhook_refused'),
      { timeout: 10_000 },
    );
    expect((await deliveries(hub, endpoint.id)).map(({ state }: { state: string }) => state)).toEqual([
      'failed',
      'failed',
    ]);
    const { events } = (await hub.call('GET', '/api/v1/audit?action=outgoing_webhook.disabled')).body;
    expect(events).toMatchObject([{ actorKind: 'system', details: { code: 'webhook_refused', status: 503 } }]);
    const before = received.length;
    await tell(hub, 3);
    expect(await deliveries(hub, endpoint.id)).toHaveLength(2);
    // Switched on again it is told of what happens from then on; what was missed can be sent by hand.
    answer.status = 200;
    await hub.call('PATCH', `${path}/${endpoint.id}`, { body: { enabled: true } });
    const [missed] = await deliveries(hub, endpoint.id);
    const again = await hub.call('POST', `${path}/deliveries/${missed.id}/redeliver`);
    expect(again.body.delivery).toMatchObject({ state: 'delivered', eventId: missed.eventId, status: 200 });
    expect((await hub.call('GET', '/api/v1/audit')).body.events[0].action).toBe('outgoing_webhook.redelivered');
    expect(received).toHaveLength(before + 1);
  });

  it('that is gone for good is switched off at once', async () => {
    const { hub, webhooks } = await stage();
    const { url, answer } = await receiver();
    answer.status = 410;
    await add(hub, url);
    webhooks().startWorking();
    await tell(hub);
    await vi.waitFor(
      async () => expect((await hub.call('GET', path)).body.endpoints[0].disabledCode).toBe('webhook_endpoint_gone'),
      { timeout: 10_000 },
    );
  });

  it('holds up no other one', async () => {
    const { hub, webhooks } = await stage();
    const [slow, quick] = [await receiver(), await receiver()];
    let release: () => void = () => undefined;
    slow.answer.hold = new Promise((resolve) => {
      release = resolve;
    });
    await add(hub, slow.url);
    const { endpoint } = await add(hub, quick.url);
    for (let index = 0; index < 6; index++) await tell(hub, index);
    webhooks().startWorking();
    await vi.waitFor(() => expect(quick.received).toHaveLength(6), { timeout: 20_000 });
    expect(slow.received).toHaveLength(1);
    release();
    await vi.waitFor(async () => expect((await hub.call('GET', path)).body.endpoints[1].pending).toBe(0), {
      timeout: 30_000,
    });
    expect(endpoint.id).toBe(2);
  });
});

describe('the settings page', () => {
  it('sends a test at once and says how it went', async () => {
    const { hub } = await stage();
    const { url, received, answer } = await receiver();
    const { endpoint, secret } = await add(hub, url);
    const good = await hub.call('POST', `${path}/${endpoint.id}/test`);
    expect(good.body.delivery).toMatchObject({ type: 'webhook.test', state: 'delivered', status: 204 });
    expect(verify(secret, received[0] as Received)).toBe(true);
    Object.assign(answer, { status: 302, body: '' });
    const bad = await hub.call('POST', `${path}/${endpoint.id}/test`);
    expect(bad.body.delivery).toMatchObject({ state: 'failed', status: 302, code: 'webhook_refused', attempts: 1 });
    expect((await hub.call('GET', path)).body.endpoints[0].failingSince).toBe(null);
  });

  it('refuses addresses that must not be called, when they are called', async () => {
    const { hub } = await stage();
    for (const url of ['http://169.254.169.254/latest', 'http://[::]/', 'http://224.0.0.1/']) {
      const { endpoint } = await add(hub, url);
      const answer = await hub.call('POST', `${path}/${endpoint.id}/test`);
      expect(answer.body.delivery).toMatchObject({ state: 'failed', code: 'address_not_allowed', status: null });
    }
    for (const url of ['ftp://example.net/', 'no address', 'https://user:secret@example.net/']) {
      const answer = await hub.call('POST', path, { body: { url, events: ['health.changed'] } });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
      expect(answer.text).not.toContain('user:secret');
    }
  });

  it('shows a secret once, keeps it sealed, and lets the one before a rotation sign for a day', async () => {
    const { hub } = await stage();
    const { url, received } = await receiver();
    const { endpoint, secret } = await add(hub, url);
    const rotated = (await hub.call('POST', `${path}/${endpoint.id}/rotate-secret`)).body;
    expect(rotated.secret).not.toBe(secret);
    await hub.call('POST', `${path}/${endpoint.id}/test`);
    expect(verify(secret, received[0] as Received)).toBe(true);
    expect(verify(rotated.secret, received[0] as Received)).toBe(true);
    await hub.db.execute('update operations.webhook_endpoints set previous_until = now()');
    await hub.call('POST', `${path}/${endpoint.id}/test`);
    expect(verify(secret, received[1] as Received)).toBe(false);
    expect(verify(rotated.secret, received[1] as Received)).toBe(true);
    for (const text of [
      (await hub.call('GET', path)).text,
      (await hub.call('GET', `${path}/${endpoint.id}/deliveries`)).text,
      (await hub.call('GET', '/api/v1/audit')).text,
      JSON.stringify(await hub.db.query('select e::text from operations.webhook_endpoints e')),
    ]) {
      for (const hidden of [secret, rotated.secret]) expect(text).not.toContain(hidden.slice(6));
    }
  });

  it('is for administrators', async () => {
    const { hub } = await stage();
    for (const as of ['viewer', 'team_manager'] as const) {
      expect((await hub.call('GET', path, { as })).status).toBe(403);
      expect((await hub.call('POST', path, { as, body: {} })).status).toBe(403);
    }
    expect((await hub.call('DELETE', `${path}/99`)).body.error.code).toBe('webhook_endpoint_not_found');
    const { url } = await receiver();
    const { endpoint } = await add(hub, url);
    await hub.call('POST', `${path}/${endpoint.id}/test`);
    expect((await hub.call('DELETE', `${path}/${endpoint.id}`)).body).toEqual({ ok: true });
    expect((await hub.call('GET', path)).body.endpoints).toEqual([]);
  });

  it('forgets deliveries after 14 days', async () => {
    const { hub, webhooks } = await stage();
    const { url } = await receiver();
    const { endpoint } = await add(hub, url);
    await hub.call('POST', `${path}/${endpoint.id}/test`);
    await hub.call('POST', `${path}/${endpoint.id}/test`);
    await hub.db.execute(
      "update operations.webhook_events set occurred_at = now() - interval '15 days' where id = (select min(id) from operations.webhook_events)",
    );
    await webhooks().reactions[0]?.handle('sweep', new AbortController().signal);
    expect(await deliveries(hub, endpoint.id)).toHaveLength(1);
  });
});
