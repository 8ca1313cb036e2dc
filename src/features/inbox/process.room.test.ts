import { describe, expect, it } from 'vitest';
import { inboxStage } from '../../../test/support/inbox-stage.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { backoffSeconds, maxAttempts } from './model.ts';
import { maintainPartitions, sweepOld } from './store/partitions.ts';

const body = (name: string, more: object = {}): string =>
  JSON.stringify({ status: 'SUCCESS', taskId: `task-${name}`, project: { key: name, name }, ...more });

describe('processing', () => {
  it('goes through what waits, oldest first, and ends each with what came of it', async () => {
    const stage = await inboxStage();
    for (const name of ['a', 'b']) await stage.deliver(body(name));
    await stage.deliver(body('c', { status: 'FAILED' }));
    await stage.process();
    expect(stage.handled).toEqual(['analysis a', 'analysis b', 'analysis_failed c']);
    const path = `/api/v1/integrations/${stage.integrationId}/deliveries`;
    const { body: list } = await stage.call('GET', path);
    expect(list.deliveries.map(({ state, outcome }: Record<string, string>) => `${state} ${outcome}`)).toEqual([
      'done nothing_to_read',
      'done reading',
      'done reading',
    ]);
    expect((await stage.call('GET', `${path}?event=analysis_failed`)).body.total).toBe(1);
    expect((await stage.call('GET', `${path}?text=B`)).body.deliveries).toMatchObject([{ subject: 'b' }]);
  });

  it('goes on while the integration is paused: what a delivery tells is kept for when it is resumed', async () => {
    const stage = await inboxStage();
    await stage.db.execute("update integrations.integrations set state = 'paused' where id = $1", [
      stage.integrationId,
    ]);
    expect((await stage.deliver(body('a'))).status).toBe(204);
    await stage.process();
    expect(stage.handled).toEqual(['analysis a']);
  });

  it('that fails changes nothing, is tried again, and is left to people in the end', async () => {
    let trouble = true;
    const handled: string[] = [];
    const stage = await inboxStage({
      async handle(tx, { parsed }) {
        await tx.execute('create table if not exists public.written (name text)');
        await tx.execute('insert into public.written values ($1)', [parsed.subject]);
        if (trouble) throw new PlumblineError('unreachable', { message: 'not now' });
        handled.push(parsed.subject);
        return { outcome: 'reading', runId: null };
      },
    });
    await stage.deliver(body('a'));
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      await stage.process();
      const { to_regclass: written } = await stage.db.one<{ to_regclass: unknown }>(
        "select to_regclass('public.written')",
      );
      expect(written).toBeNull();
      await stage.db.execute("update inbox.deliveries set not_before = '-infinity'");
    }
    const path = `/api/v1/integrations/${stage.integrationId}/deliveries`;
    const [failed] = (await stage.call('GET', path)).body.deliveries;
    expect(failed).toMatchObject({
      state: 'failed',
      attempts: maxAttempts,
      error: { code: 'unreachable', message: 'not now' },
    });
    trouble = false;
    expect((await stage.call('POST', `${path}/${failed.id}/replay`, {})).body.delivery.state).toBe('waiting');
    const [last] = await stage.db.query('select action from access.audit_events order by id desc limit 1');
    expect(last).toEqual({ action: 'delivery.replayed' });
    await stage.process();
    expect(handled).toEqual(['a']);
    expect((await stage.call('GET', `${path}/${failed.id}`)).body).toMatchObject({
      delivery: { state: 'done', error: null },
    });
  });

  it('waits longer after each failure, and no longer than an hour', () => {
    const waits = Array.from({ length: 20 }, (_, attempts) => backoffSeconds(attempts));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(3_600);
  });

  it('sets a body aside that it does not understand, shows it, and does not try again by itself', async () => {
    const stage = await inboxStage();
    for (const odd of ['not json', '[]', '{"status":"SUCCESS"}', '{"status":"SUCCESS","project":{}}'])
      await stage.deliver(odd);
    await stage.process();
    const path = `/api/v1/integrations/${stage.integrationId}/deliveries`;
    const { body: list } = await stage.call('GET', `${path}?state=failed`);
    expect(list.deliveries.map(({ error }: { error: { code: string } }) => error.code)).toEqual(
      Array.from({ length: 4 }, () => 'malformed_delivery'),
    );
    const first = list.deliveries.at(-1);
    expect((await stage.call('GET', `${path}/${first.id}`)).body).toMatchObject({ json: null, text: 'not json' });
  });

  it('shows a body with fields named like secrets struck out', async () => {
    const stage = await inboxStage();
    await stage.deliver(body('a', { properties: { password: 'hunter2', 'sonar.analysis.buildUrl': 'http://ci/1' } }));
    const path = `/api/v1/integrations/${stage.integrationId}/deliveries`;
    const [{ id }] = (await stage.call('GET', path)).body.deliveries;
    const { text, body: detail } = await stage.call('GET', `${path}/${id}`);
    expect(text).not.toContain('hunter2');
    expect(detail.json.properties['sonar.analysis.buildUrl']).toBe('http://ci/1');
  });

  it('of a delivery that is not there answers 404', async () => {
    const stage = await inboxStage();
    const path = `/api/v1/integrations/${stage.integrationId}/deliveries/999`;
    for (const [method, url] of [
      ['GET', path],
      ['POST', `${path}/replay`],
    ] as const) {
      expect((await stage.call(method, url)).body.error.code).toBe('delivery_not_found');
    }
  });
});

describe('keeping', () => {
  it('is by day: the partition of a day goes as a whole, what had none moves into it', async () => {
    const stage = await inboxStage();
    await stage.deliver(body('today'));
    const old = "now() - interval '20 days'";
    await stage.db.execute(
      `insert into inbox.deliveries (integration_id, received_at, headers, body) values ($1, ${old}, '{}', 'x'), ($1, now() + interval '5 days', '{}', 'y')`,
      [stage.integrationId],
    );
    await stage.db.execute(`update inbox.seen set first_at = ${old}`);
    const partition = `to_char(${old}, '"inbox.deliveries_"YYYYMMDD')`;
    const { name } = await stage.db.one<{ name: string }>(`select ${partition} as name`);
    await stage.db.execute(
      `do $$ begin execute format('create table %s (like inbox.deliveries including defaults including constraints)', '${name}');
         execute format('with m as (delete from inbox.deliveries_undated where received_at < now() - interval ''19 days'' returning *) insert into %s select * from m', '${name}');
         execute format('alter table inbox.deliveries attach partition %s for values from (%L) to (%L)', '${name}',
           (current_date - 20)::timestamptz, (current_date - 19)::timestamptz); end $$`,
    );
    expect(await maintainPartitions(stage.db)).toBe(1);
    expect(await maintainPartitions(stage.db)).toBe(0);
    await sweepOld(stage.db);
    const rows = await stage.db.query<{ place: string }>(
      'select tableoid::regclass::text as place from inbox.deliveries order by received_at',
    );
    expect(rows.map(({ place }) => place.replace(/\d{8}$/, 'day'))).toEqual([
      'inbox.deliveries_day',
      'inbox.deliveries_undated',
    ]);
    expect(await stage.db.query('select * from inbox.seen')).toEqual([]);
  });

  it('ends with the integration', async () => {
    const stage = await inboxStage();
    await stage.deliver(body('a'));
    await stage.call('DELETE', `/api/v1/integrations/${stage.integrationId}`, { body: { name: 'fake one' } });
    expect((await stage.deliver(body('b'), { address: '192.0.2.9' })).status).toBeGreaterThanOrEqual(204);
    stage.integrations.startWorking();
    for (;;) {
      const { n } = await stage.db.one<{ n: number }>('select count(*)::int as n from integrations.integrations');
      if (n === 0) break;
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
    for (const table of ['secrets', 'webhooks', 'seen', 'refusals']) {
      expect(await stage.db.query(`select * from inbox.${table}`), table).toEqual([]);
    }
  });
});
