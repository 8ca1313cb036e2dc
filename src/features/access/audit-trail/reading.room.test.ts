import { describe, expect, it } from 'vitest';
import { testHub, type TestHub } from '../../../../test/support/hub.ts';
import { audit } from '../audit.ts';

/** So many rows about things, by two actors in turn. */
async function trailOfThings(count = 4): Promise<TestHub> {
  const hub = await testHub();
  await hub.db.transaction(async (tx) => {
    for (let id = 1; id <= count; id++) {
      const odd = id % 2 === 1;
      const actor = { kind: 'system', name: odd ? '=odd' : 'even' } as const;
      await audit(
        tx,
        actor,
        odd ? 'thing.changed' : 'thing.seen',
        { kind: 'thing', id, name: `no. ${id}` },
        { price: '€' },
      );
    }
  });
  return hub;
}

describe('the audit trail', () => {
  it('is filtered by time, actor, action, object and any text, and says which kinds of objects it has', async () => {
    const hub = await trailOfThings();
    await hub.db.execute(`update access.audit_events set at = '2020-01-02T03:04:05Z' where object_id = '1'`);
    const found = async (query: string): Promise<(string | null)[]> => {
      const { body } = await hub.call('GET', `/api/v1/audit?${query}`);
      return body.events.map((event: { objectId: string | null }) => event.objectId);
    };
    expect(await found('objectKind=thing')).toEqual(['4', '3', '2', '1']);
    expect(await found('objectKind=thing&objectId=3')).toEqual(['3']);
    expect(await found('action=thing.cha')).toEqual(['3', '1']);
    expect(await found('actor=ODD')).toEqual(['3', '1']);
    expect(await found('search=no.%202')).toEqual(['2']);
    expect(await found('search=%E2%82%AC')).toEqual(['4', '3', '2', '1']);
    expect(await found('search=100%25')).toEqual([]);
    expect(await found('objectKind=thing&from=2020-01-01T00:00:00Z&to=2020-01-03T00:00:00Z')).toEqual(['1']);
    expect(await found('objectKind=thing&from=2020-01-03T00:00:00Z')).toEqual(['4', '3', '2']);
    const { body } = await hub.call('GET', '/api/v1/audit?objectKind=thing&objectId=1');
    expect(body.kinds).toEqual(['api_token', 'thing']);
    expect(body.events[0]).toMatchObject({ sequence: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('is given as CSV and JSON lines: every row of the filter, and no formula', async () => {
    const hub = await trailOfThings(1_203);
    const csv = await hub.call('GET', '/api/v1/audit?format=csv&objectKind=thing&action=thing.changed');
    expect(csv.headers['content-disposition']).toMatch(/audit-trail-\d{4}-\d\d-\d\d\.csv/);
    const [names, ...lines] = csv.text.trimEnd().split('\r\n');
    expect(names).toBe(
      'id,at,actor_kind,actor_name,action,object_kind,object_id,object_name,details,remote_address,request_id,sequence,hash',
    );
    expect(lines).toHaveLength(602);
    expect(lines.at(-1)).toContain(",'=odd,thing.changed,thing,1,no. 1,");
    const jsonl = await hub.call('GET', '/api/v1/audit?format=jsonl&objectKind=thing&limit=1&before=1');
    const events = jsonl.text.trimEnd().split('\n');
    expect(events.map((line) => JSON.parse(line).objectId)).toEqual(
      Array.from({ length: 1_203 }, (_, index) => String(1_203 - index)),
    );
    const { events: listed } = (await hub.call('GET', '/api/v1/audit?objectId=1203')).body;
    expect(JSON.parse(events[0] ?? '')).toEqual(listed[0]);
    for (const format of ['csv', 'jsonl'])
      expect((await hub.call('GET', `/api/v1/audit?format=${format}`, { as: 'viewer' })).status).toBe(403);
  });

  it('is hashed again on request', async () => {
    const hub = await trailOfThings();
    expect((await hub.call('GET', '/api/v1/audit/chain')).body).toMatchObject({ whole: true, rows: 5 });
    await hub.db.execute(`update access.audit_chain set hash = sha256('x') where sequence = 2`);
    const { body } = await hub.call('GET', '/api/v1/audit/chain');
    expect(body).toMatchObject({ whole: false, rows: 1, broken: { kind: 'changed_row', sequence: 2 } });
    expect((await hub.call('GET', '/api/v1/audit/chain', { as: 'viewer' })).status).toBe(403);
  });
});
