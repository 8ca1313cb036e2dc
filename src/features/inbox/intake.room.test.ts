import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inboxStage, recordedDeliveries, recordedSecret, sign } from '../../../test/support/inbox-stage.ts';
import type { WebhookCall } from '../../connectors/contract.ts';
import { webhooks } from '../../connectors/sonarqube/webhooks.ts';
import { maxBodyBytes } from './model.ts';

const delivery = (name: string, extra: object = {}): string =>
  JSON.stringify({ status: 'SUCCESS', taskId: `task-${name}`, project: { key: name, name }, ...extra });

const stored = (db: { one<R>(sql: string): Promise<R> }): Promise<{ n: number }> =>
  db.one('select count(*)::int as n from inbox.deliveries');

describe('a delivery', () => {
  it('is stored byte for byte before it is answered, with the headers of the allow-list', async () => {
    const stage = await inboxStage();
    const body = `{"status":"SUCCESS","project":{"key":"shop"},"note":"\u00fc  \\u003d"}`;
    const headers = { ...sign(body, stage.secret), 'x-sonarqube-project': 'shop', cookie: 'a=1', authorization: 'x' };
    expect(await stage.deliver(body, { headers })).toMatchObject({ status: 204, text: '' });
    const row = await stage.db.one<{ body: Buffer; headers: object; state: string }>(
      'select body, headers, state from inbox.deliveries',
    );
    expect(row.body.toString('utf8')).toBe(body);
    expect(row.state).toBe('waiting');
    expect(row.headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      host: 'plumb.example',
      'user-agent': 'lightMyRequest',
      'x-sonarqube-project': 'shop',
    });
  });

  it('is verified over its bytes: one other byte, no signature, another secret, the same text written otherwise', async () => {
    const stage = await inboxStage();
    const body = delivery('shop');
    const headers = sign(body, stage.secret);
    const attempts: [string, Record<string, string>][] = [
      [`${body} `, headers],
      [body, { 'content-type': 'application/json' }],
      [body, sign(body, 'another-secret-of-length')],
      [JSON.stringify(JSON.parse(body), null, 1), headers],
      [body, { ...headers, 'x-sonar-webhook-hmac-sha256': 'zz' }],
    ];
    for (const [text, with_] of attempts) {
      expect(await stage.deliver(text, { headers: with_ })).toMatchObject({
        status: 401,
        body: { error: { code: 'webhook_not_verified' } },
      });
    }
    expect(await stored(stage.db)).toEqual({ n: 0 });
    // The server writes small letters; a proxy that writes capitals changes nothing.
    const capitals = {
      ...headers,
      'x-sonar-webhook-hmac-sha256': headers['x-sonar-webhook-hmac-sha256']!.toUpperCase(),
    };
    expect((await stage.deliver(body, { headers: capitals })).status).toBe(204);
  });

  it('is refused by size before it is read, and counted with the rest; the log has one line for many', async () => {
    const stage = await inboxStage();
    const large = JSON.stringify({ filler: 'x'.repeat(maxBodyBytes) });
    expect(await stage.deliver(large)).toMatchObject({ status: 413, body: { error: { code: 'request_too_large' } } });
    for (let n = 0; n < 5; n++) await stage.deliver('{}', { headers: {}, address: `192.0.2.${n}` });
    await stage.inbox.stop();
    const { body } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/inbox`);
    expect(body.refusals).toMatchObject([
      { reason: 'request_too_large', times: 1 },
      { reason: 'webhook_not_verified', times: 5, lastAddress: '192.0.2.4' },
    ]);
    const lines = stage.logged.filter(({ message }) => message === 'delivery refused');
    expect(lines.map(({ fields }) => fields['reason'])).toEqual(['request_too_large', 'webhook_not_verified']);
    expect(await stored(stage.db)).toEqual({ n: 0 });
  });

  it.each(['/hooks/fake/999', '/hooks/fake/abc', '/hooks/nothing/1', '/hooks/fake/1/adapter', '/hooks/fake/1/a/key'])(
    'is answered 404 at %s, which is nobody’s address',
    async (path) => {
      const stage = await inboxStage();
      expect(await stage.deliver('{}', { path })).toMatchObject({
        status: 404,
        body: { error: { code: 'webhook_unknown' } },
      });
    },
  );

  it('cannot make the hub ask the database for each guess', async () => {
    const stage = await inboxStage();
    const codes = new Set<string>();
    for (let n = 0; n < 70; n++)
      codes.add((await stage.deliver('{}', { path: `/hooks/fake/${5000 + n}` })).body.error.code);
    expect([...codes]).toEqual(['webhook_unknown', 'too_many_requests']);
    // Others are not concerned.
    expect((await stage.deliver(delivery('shop'), { address: '192.0.2.8' })).status).toBe(204);
  });

  it('is stored once however often it comes, at once too, and the repetitions are counted', async () => {
    const stage = await inboxStage();
    const bodies = ['a', 'b', 'c'].map((name) => delivery(name));
    const sent = Array.from({ length: 60 }, (_, n) => bodies[n % 3] as string);
    const answers = await Promise.all(sent.map((body) => stage.deliver(body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await stored(stage.db)).toEqual({ n: 3 });
    const { body } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/deliveries`);
    expect(body.deliveries.map(({ times }: { times: number }) => times)).toEqual([20, 20, 20]);
    const state = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/inbox`);
    expect(state.body.counts).toMatchObject({ total: 3, waiting: 3, repeated: 57 });
  });

  it('needs the host of the hub, like every call', async () => {
    const stage = await inboxStage();
    const body = delivery('shop');
    const answer = await stage.deliver(body, { headers: { ...sign(body, stage.secret), host: 'evil.example' } });
    expect(answer).toMatchObject({ status: 421, body: { error: { code: 'host_not_allowed' } } });
  });
});

describe('secrets', () => {
  it('are two during a rotation, and the one before ends an hour later', async () => {
    const stage = await inboxStage();
    const path = `/api/v1/integrations/${stage.integrationId}/webhook-secret`;
    const { secret } = (await stage.call('POST', path, { body: {} })).body;
    expect(secret).not.toBe(stage.secret);
    for (const [name, key] of [
      ['old', stage.secret],
      ['new', secret],
    ] as const) {
      const body = delivery(name);
      expect((await stage.deliver(body, { headers: sign(body, key) })).status).toBe(204);
    }
    const { body } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/inbox`);
    expect(body.secrets).toHaveLength(2);
    const [live, retiring] = body.secrets;
    expect(live.retireAt).toBeNull();
    const minutes = (Date.parse(retiring.retireAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(55);
    expect(minutes).toBeLessThan(61);
  });

  it('lie sealed in the database and are in no other answer', async () => {
    const stage = await inboxStage();
    const rows = await stage.db.query('select s::text as text from inbox.secrets s');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(stage.secret);
    for (const path of ['inbox', 'deliveries', 'sent-deliveries']) {
      const { text } = await stage.call('GET', `/api/v1/integrations/${stage.integrationId}/${path}`);
      expect(text).not.toContain(stage.secret);
    }
  });
});

describe('a call that only asks whether somebody listens', () => {
  const asking = { ...webhooks[0]!, isTest: ({ headers }: WebhookCall) => headers['x-event'] === 'ping' };

  it('is answered unproven and leads to nothing; where nobody listens it is refused', async () => {
    const stage = await inboxStage({ connector: { webhooks: [asking] } });
    const ping = { headers: { 'x-event': 'ping' } };
    expect((await stage.deliver('{}', ping)).status).toBe(204);
    expect((await stage.deliver('{}', { ...ping, path: '/hooks/fake/987' })).status).toBe(404);
    expect(await stored(stage.db)).toEqual({ n: 0 });
    expect((await stage.deliver('{}', { headers: {} })).status).toBe(401);
    // Proven, it is shown like every other.
    await stage.deliver('{}', { headers: { ...sign('{}', stage.secret), ...ping.headers } });
    expect(await stored(stage.db)).toEqual({ n: 1 });
  });
});

describe('path keys', () => {
  const keyed = {
    ...webhooks[0]!,
    name: 'keyed',
    proof: 'path_key' as const,
    verify: ({ pathKey }: { pathKey: string | null }, secrets: readonly string[]) => secrets.includes(pathKey ?? ''),
  };

  it('prove a sender that can neither sign nor set a header, and stand in no log line', async () => {
    const stage = await inboxStage({ connector: { webhooks: [keyed] }, key: 'keyed' });
    const path = `/hooks/fake/${stage.integrationId}/keyed`;
    const body = delivery('shop');
    expect((await stage.deliver(body, { path: `${path}/${stage.secret}`, headers: {} })).status).toBe(204);
    for (const wrong of [path, `${path}/wrong`]) {
      expect((await stage.deliver(body, { path: wrong, headers: {} })).status).toBe(401);
    }
    expect(stage.logged.some(({ message }) => message === 'delivery refused')).toBe(true);
    expect(JSON.stringify(stage.logged)).not.toContain(stage.secret);
  });
});

it('takes all recorded deliveries of branches and pull requests as they came', async () => {
  const stage = await inboxStage();
  const adapter = webhooks[0]!;
  for (const { body, headers, file } of await recordedDeliveries()) {
    const call = { pathKey: null, headers, body: Buffer.from(body) };
    expect(adapter.verify(call, ['not-this-one-but-the-next', recordedSecret]), file).toBe(true);
    expect(adapter.verify(call, ['not-this-one']), file).toBe(false);
    await stage.deliver(body);
  }
  expect(await stored(stage.db)).toEqual({ n: 26 });
  const rows = await stage.db.query<{ body: Buffer }>('select body from inbox.deliveries order by id');
  const hash = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
  const recorded = await recordedDeliveries();
  expect(rows.map((row) => hash(row.body)).toSorted()).toEqual(recorded.map(({ body }) => hash(body)).toSorted());
});
