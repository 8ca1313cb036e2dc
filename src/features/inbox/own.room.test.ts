import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inboxStage, type InboxStage, sign } from '../../../test/support/inbox-stage.ts';
import type { OwnWebhook, OwnWebhooks, SentDelivery, WebhookPlace, WebhookReach } from '../../connectors/contract.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { watchAllNow } from './store/watch.ts';

/** A server that keeps webhooks: what it has, and what it was told. */
interface FakeServer {
  webhooks: (OwnWebhook & { secret: string | undefined; place: WebhookPlace })[];
  sent: (SentDelivery & { body: string })[];
  calls: string[];
  trouble: PlumblineError | undefined;
  reach: WebhookReach;
  ownWebhooks: Required<OwnWebhooks<unknown, unknown>>;
}

function fakeServer(): FakeServer {
  const server: FakeServer = {
    webhooks: [],
    sent: [],
    calls: [],
    trouble: undefined,
    reach: {
      places: [{ scope: 'global', target: '', within: null }],
      called: 'everything',
      single: { allowed: 0, tried: 0, total: 0 },
      refusal: null,
    },
    ownWebhooks: undefined as never,
  };
  let next = 1;
  const called = (name: string): void => {
    server.calls.push(name);
    if (server.trouble !== undefined) throw server.trouble;
  };
  server.ownWebhooks = {
    scopes: [
      { name: 'global', words: () => 'for everything', path: () => 'Administration → Webhooks', permission: 'Root' },
      {
        name: 'project',
        words: (key) => `of project ${key}`,
        path: (key) => `${key} → Project settings → Webhooks`,
        permission: 'Project administration',
      },
    ],
    async list(_context, place) {
      called('list');
      return server.webhooks.filter((webhook) => isDeepStrictEqual(webhook.place, place));
    },
    async reach() {
      called('reach');
      return server.reach;
    },
    async create(_context, { place, name, url, secret }) {
      called('create');
      const webhook = { key: `key-${next++}`, name, url, hasSecret: true, secret, place };
      server.webhooks.push(webhook);
      return webhook;
    },
    async update(_context, { key, ...told }) {
      called('update');
      Object.assign(server.webhooks.find((webhook) => webhook.key === key) ?? {}, told);
    },
    async delete(_context, key) {
      called('delete');
      server.webhooks = server.webhooks.filter((webhook) => webhook.key !== key);
    },
    async sentDeliveries() {
      called('deliveries');
      return server.sent;
    },
    async sentPayload(_context, id) {
      called('delivery');
      return server.sent.find((delivery) => delivery.id === id)?.body ?? null;
    },
  };
  return server;
}

async function staged(
  publicUrl?: () => URL,
  held?: () => Promise<boolean>,
): Promise<{ stage: InboxStage; server: FakeServer; path: string }> {
  const server = fakeServer();
  const outbound = { request: () => Promise.reject(new Error('unused')), concurrency: () => 1, close: async () => {} };
  const stage = await inboxStage({
    connector: { ownWebhooks: server.ownWebhooks },
    openOutbound: () => ({ ...outbound, stats: () => ({ requests: 0, retries: 0, bytes: 0 }) }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(held === undefined ? {} : { held }),
  });
  return { stage, server, path: `/api/v1/integrations/${stage.integrationId}/webhook` };
}

const global = { body: { scope: 'global' } };
const body = (name: string): string =>
  JSON.stringify({ status: 'SUCCESS', taskId: `task-${name}`, project: { key: name, name } });

const sentOf = (name: string, more: Partial<SentDelivery> = {}): FakeServer['sent'][number] => ({
  id: `sent-${name}`,
  at: new Date().toISOString(),
  success: false,
  httpStatus: null,
  durationMs: 10,
  reference: `task-${name}`,
  about: name,
  body: body(name),
  ...more,
});

describe('the hub’s own webhook', () => {
  it('has the integration’s name, the public address and a secret that proves deliveries', async () => {
    const { stage, server, path } = await staged();
    const { body: state } = await stage.call('PUT', path, global);
    expect(state.webhooks).toMatchObject([{ scope: 'global', state: 'active', error: null, name: 'fake one' }]);
    const url = `https://plumb.example/hooks/fake/${stage.integrationId}`;
    expect(server.webhooks).toMatchObject([{ name: 'fake one', url }]);
    const secret = server.webhooks[0]?.secret ?? '';
    expect(secret.length).toBeGreaterThanOrEqual(16);
    expect((await stage.deliver(body('shop'), { headers: sign(body('shop'), secret) })).status).toBe(204);
    expect(JSON.stringify(await stage.db.query('select * from inbox.secrets'))).not.toContain(secret);
    expect(JSON.stringify(state)).not.toContain(secret);
  });

  it('of the original is touched by no copy of it, and forgotten when both go on', async () => {
    let held = false;
    let url = new URL('https://plumb.example');
    const { stage, server, path } = await staged(
      () => url,
      async () => held,
    );
    await stage.call('PUT', path, global);
    const before = structuredClone(server.webhooks);
    held = true;
    url = new URL('https://copy.example');
    server.calls = [];
    const { body: state } = await stage.call('PUT', path, { body: { scope: 'projects', projects: ['shop'] } });
    expect(JSON.stringify(state)).toContain('installation_held');
    await stage.call('POST', `${path}/rotate`, {});
    await stage.call('DELETE', path);
    await stage.inbox.leave(stage.integrationId, new AbortController().signal);
    expect([server.calls, server.webhooks]).toEqual([[], before]);
    await stage.inbox.disown();
    held = false;
    await stage.inbox.leave(stage.integrationId, new AbortController().signal);
    expect([server.calls, server.webhooks]).toEqual([[], before]);
    expect((await stage.db.query('select from inbox.webhooks')).length).toBe(0);
    expect((await stage.deliver(body('shop'), { headers: sign(body('shop'), before[0]?.secret ?? '') })).status).toBe(
      401,
    );
  });

  it('is told a new secret at a rotation; what is signed with the one before still counts', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    const before = server.webhooks[0]?.secret ?? '';
    const { body: state } = await stage.call('POST', `${path}/rotate`, {});
    const after = server.webhooks[0]?.secret ?? '';
    expect(after).not.toBe(before);
    for (const [name, secret] of Object.entries({ before, after })) {
      expect((await stage.deliver(body(name), { headers: sign(body(name), secret) })).status, name).toBe(204);
    }
    const own = state.secrets.filter(({ purpose }: { purpose: string }) => purpose === 'own');
    expect(own.map(({ retireAt }: { retireAt: string | null }) => retireAt !== null)).toEqual([false, true]);
  });

  it('is not made twice by a process that was killed before it could note the first', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    await stage.db.execute('update inbox.webhooks set remote_key = null, applied_url = null, applied_secret_id = null');
    await stage.call('PUT', path, global);
    expect(server.webhooks).toHaveLength(1);
    expect(server.calls.filter((call) => call === 'create')).toHaveLength(1);
  });

  it('shows a refusal with its code, remedy and the server’s words, and works when it is tried again', async () => {
    const { stage, server, path } = await staged();
    server.trouble = new PlumblineError('webhook_address_refused', { upstream: 'Invalid URL: loopback and so on' });
    const refused = await stage.call('PUT', path, global);
    expect(refused).toMatchObject({
      status: 200,
      body: {
        webhooks: [
          {
            state: 'failed',
            error: {
              code: 'webhook_address_refused',
              remedy: expect.stringContaining('sonar.validateWebhooks'),
              upstream: 'Invalid URL: loopback and so on',
            },
          },
        ],
      },
    });
    server.trouble = undefined;
    expect((await stage.call('PUT', path, global)).body.webhooks).toMatchObject([{ state: 'active', error: null }]);
  });

  it('is not made while the hub’s address is loopback and the server’s is not', async () => {
    const { stage, server, path } = await staged(() => new URL('http://127.0.0.1:8420/'));
    const refused = await stage.call('PUT', path, global);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'webhook_address_unreachable' } } });
    expect(refused.body.error.remedy).toContain('PLUMBLINE_PUBLIC_URL');
    expect(server.calls).toEqual([]);
    const { body: state } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/inbox`);
    expect(state).toMatchObject({ webhooks: [], unreachable: { code: 'webhook_address_unreachable' } });
  });

  it('follows what is wanted: other projects, then none; and goes with the integration', async () => {
    const { stage, server, path } = await staged();
    const projects = (...keys: string[]) => ({ body: { scope: 'projects', projects: keys } });
    await stage.call('PUT', path, projects('a', 'b', 'a'));
    const changed = await stage.call('PUT', path, projects('b', 'c'));
    const targets = changed.body.webhooks.map(({ target }: { target: string }) => target);
    expect(targets).toEqual(['b', 'c']);
    await stage.call('DELETE', path, {});
    expect((await stage.call('POST', `${path}/rotate`, {})).body.error.code).toBe('webhook_not_set_up');
    await stage.call('PUT', path, global);
    expect(server.webhooks).toHaveLength(1);
    await stage.call('DELETE', `/api/v1/integrations/${stage.integrationId}`, { body: { name: 'fake one' } });
    expect(server.webhooks).toEqual([]);
  });

  it('keeps the webhooks that work until those wanted instead work, and drops those the server never took', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, { body: { scope: 'projects', projects: ['a', 'b'] } });
    const { create } = server.ownWebhooks;
    server.ownWebhooks.create = async (context, wanted) => {
      if (wanted.place.scope === 'global') throw new PlumblineError('invalid_permissions');
      return create(context, wanted);
    };
    const states = (answer: Awaited<ReturnType<typeof stage.call>>): Record<string, string> =>
      Object.fromEntries(
        answer.body.webhooks.map(({ target, state }: { target: string; state: string }) => [target, state]),
      );
    const refused = await stage.call('PUT', path, global);
    expect(states(refused)).toEqual({ '': 'failed', a: 'active', b: 'active' });
    expect(server.webhooks).toHaveLength(2);
    // Back again: what the server never took is not kept as refused.
    const back = await stage.call('PUT', path, { body: { scope: 'projects', projects: ['b'] } });
    expect(states(back)).toEqual({ b: 'active' });
    expect(server.webhooks).toHaveLength(1);
    await stage.call('PUT', path, global);
    server.ownWebhooks.create = create;
    expect(states(await stage.call('PUT', path, global))).toEqual({ '': 'active' });
    expect(server.webhooks).toHaveLength(1);
  });

  it('does not keep an integration alive whose server does not answer', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    server.trouble = new PlumblineError('unreachable');
    const gone = await stage.call('DELETE', `/api/v1/integrations/${stage.integrationId}`, {
      body: { name: 'fake one' },
    });
    expect(gone).toMatchObject({ status: 200, body: { integration: { state: 'deleting' } } });
  });

  it('that the token may not remove is named with its address, the server’s words and where to remove it', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, { body: { scope: 'projects', projects: ['a', 'b'] } });
    await stage.call('POST', `${path}-secret`, { body: {} });
    const { delete: remove } = server.ownWebhooks;
    server.ownWebhooks.delete = async (context, key) => {
      if (key === 'key-2') throw new PlumblineError('invalid_permissions', { upstream: 'Insufficient privileges' });
      return remove(context, key);
    };
    const address = `https://plumb.example/hooks/fake/${stage.integrationId}`;
    const { body } = await stage.call('DELETE', `/api/v1/integrations/${stage.integrationId}`, {
      body: { name: 'fake one' },
    });
    expect(body.leftBehind).toEqual([
      {
        what: 'Webhook “fake one” of project b',
        address,
        reason: expect.objectContaining({ code: 'invalid_permissions', upstream: 'Insufficient privileges' }),
        remedy: expect.stringMatching(
          /^The token may not\. Somebody with Project administration .*b → Project settings → Webhooks/,
        ),
      },
      { what: 'The webhook that was set up by hand', address, reason: null, remedy: expect.any(String) },
    ]);
    const [entry] = await stage.db.query<{ details: { leftBehind: { what: string; code: string }[] } }>(
      "select details from access.audit_events where action = 'integration.deletion_requested'",
    );
    expect(entry?.details.leftBehind).toMatchObject([{ code: 'invalid_permissions' }, { code: null }]);
  });

  it('wherever the token may: each place the server allows, and the server’s refusal where there is none', async () => {
    const { stage, server, path } = await staged();
    const available = { body: { scope: 'available' } };
    const project = (target: string) => ({ scope: 'project', target, within: null });
    const single = { allowed: 2, tried: 5, total: 5 };
    server.reach = { places: [project('a'), project('b')], called: 'projects', single, refusal: null };
    const { body } = await stage.call('PUT', path, available);
    expect(body.webhooks.map(({ target }: { target: string }) => target)).toEqual(['a', 'b']);
    expect(server.webhooks).toHaveLength(2);
    const refusal = new PlumblineError('invalid_permissions', { upstream: 'Insufficient privileges' });
    server.reach = { places: [], called: null, single: { allowed: 0, tried: 5, total: 5 }, refusal };
    const refused = await stage.call('PUT', path, available);
    expect(refused.body.error).toMatchObject({ code: 'invalid_permissions', upstream: 'Insufficient privileges' });
    // What works stays.
    expect(server.webhooks).toHaveLength(2);
  });
});

describe('what the server sent', () => {
  it('is compared with what arrived; what is missing is taken in and processed', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    const signed = { headers: sign(body('arrived'), server.webhooks[0]?.secret ?? '') };
    await stage.deliver(body('arrived'), signed);
    server.sent = [
      sentOf('lost'),
      // It arrived though the server saw a time-out, and names no task.
      sentOf('arrived', { reference: null }),
      sentOf('forgotten', { id: 'sent-gone' }),
    ];
    server.sent[2] = { ...sentOf('forgotten'), id: 'other' };
    const fetched = server.ownWebhooks.sentPayload;
    server.ownWebhooks.sentPayload = async (context, id) => (id === 'other' ? null : fetched(context, id));
    expect((await stage.call('POST', `${path}/compare`, {})).body).toEqual({ recovered: 1 });
    const { body: list } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/sent-deliveries`);
    const found = Object.fromEntries(list.sent.map((sent: { id: string; found: string }) => [sent.id, sent.found]));
    expect(found).toEqual({ 'sent-lost': 'recovered', 'sent-arrived': 'received', other: 'missing' });
    await stage.process();
    expect(stage.handled.toSorted()).toEqual(['analysis arrived', 'analysis lost']);
    // Again: what is known is not fetched a second time.
    server.calls.length = 0;
    await stage.call('POST', `${path}/compare`, {});
    expect(server.calls).toEqual(['deliveries']);
    expect(stage.handled).toHaveLength(2);
  });

  it('is looked at after a start and then each minute, by one process at a time, and says how late it was found', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    server.sent = [sentOf('lost')];
    server.calls.length = 0;
    await watchAllNow(stage.db);
    const signal = new AbortController().signal;
    const both = await Promise.all([stage.inbox.watchSent(signal), stage.inbox.watchSent(signal)]);
    expect(both.toSorted()).toEqual([0, 1]);
    expect(server.calls).toEqual(['deliveries', 'delivery']);
    // Before the minute is over nobody asks again, after a start at once.
    expect(await stage.inbox.watchSent(signal)).toBe(0);
    expect(server.calls).toHaveLength(2);
    await watchAllNow(stage.db);
    await stage.inbox.watchSent(signal);
    expect(server.calls).toEqual(['deliveries', 'delivery', 'deliveries']);
    const { body: list } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/deliveries`);
    expect(list.deliveries).toMatchObject([{ origin: 'recovered', sentAt: server.sent[0]?.at }]);
  });

  it('is left alone while the integration is paused, and asked for ever more seldom while the server does not answer', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    const signal = new AbortController().signal;
    server.trouble = new PlumblineError('unreachable');
    const waits: number[] = [];
    for (let failure = 0; failure < 6; failure += 1) {
      await watchAllNow(stage.db);
      expect(await stage.inbox.watchSent(signal)).toBe(0);
      const row = await stage.db.one<{ seconds: number }>(
        'select extract(epoch from watch_at - now())::int as seconds from inbox.webhooks',
      );
      waits.push(Math.round(row.seconds / 60));
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
    server.trouble = undefined;
    await stage.call('POST', `/api/v1/integrations/${stage.integrationId}/pause`, {});
    await watchAllNow(stage.db);
    server.calls.length = 0;
    await stage.inbox.watchSent(signal);
    expect(server.calls).toEqual([]);
  });

  it('of a webhook that somebody removed there is nothing; it is set up again', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    server.webhooks = [];
    await stage.call('POST', `${path}/compare`, {});
    const { body: state } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/inbox`);
    expect(state.webhooks).toMatchObject([{ state: 'waiting' }]);
    await stage.call('PUT', path, global);
    expect(server.webhooks).toHaveLength(1);
  });

  it('of a server that keeps no such list is nothing; that the webhook is there is seen once a day', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    const { sentDeliveries: _, sentPayload: __, ...rest } = server.ownWebhooks;
    Object.assign(server.ownWebhooks, { sentDeliveries: undefined, sentPayload: undefined }, rest);
    const compare = async () => {
      server.calls.length = 0;
      await stage.call('POST', `${path}/compare`, {});
      return server.calls;
    };
    expect(await compare()).toEqual(['list']);
    expect(await compare()).toEqual([]);
    await stage.db.execute("update inbox.webhooks set compared_at = now() - interval '25 hours'");
    server.webhooks[0]!.switchedOff = true;
    expect(await compare()).toEqual(['list']);
    const { body: state } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/inbox`);
    expect(state.webhooks).toMatchObject([{ state: 'waiting' }]);
  });

  it('at a kind of place that the server has not is not wanted', async () => {
    const { stage, server, path } = await staged();
    const answer = await stage.call('PUT', path, { body: { scope: 'repositories', repositories: ['PAY/ledger'] } });
    expect(answer.body.error).toMatchObject({ code: 'webhooks_not_supported' });
    expect(server.calls).toEqual([]);
  });

  it('is left alone when the server does not answer: the poll goes on', async () => {
    const { stage, server, path } = await staged();
    await stage.call('PUT', path, global);
    server.trouble = new PlumblineError('invalid_permissions');
    await stage.process();
    expect(stage.logged.map(({ message }) => message)).toContain('deliveries could not be compared with the server’s');
  });
});
