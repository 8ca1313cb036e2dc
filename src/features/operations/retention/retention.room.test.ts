import { describe, expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import type { Database } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { beginning, hashedFields, hashOfRow } from '../../access/audit-trail/hash.ts';
import { audit, verifyAuditTrail } from '../../access/index.ts';
import { retentionReaction, retentionRoutes } from './retention.ts';
import { retention } from '../../../schema.ts';

const hub = () => testHub({ routes: (db) => retentionRoutes({ db, log: silentLog, retention }) });
const night = (db: Database) =>
  retentionReaction({ db, log: silentLog, retention }).handle('sweep', new AbortController().signal);

async function addAuditEvents(db: Database, ages: readonly number[]): Promise<void> {
  await db.execute(
    `insert into access.audit_events (at, actor_kind, actor_name, action, object_kind)
     select now() - make_interval(days => age), 'system', 'test', 'test.event', 'test' from unnest($1::int[]) as age`,
    [ages],
  );
}

/** Runs of an integration with a task each, finished so many days ago; the completeness of a slice hangs on the first. */
async function addRuns(db: Database, ages: readonly number[]): Promise<number[]> {
  const ids: number[] = [];
  for (const [index, age] of ages.entries()) {
    const { id } = await db.one<{ id: number }>(
      `insert into ingestion.runs (integration_id, kind, status, requested_by, finished_at)
       values (1, 'incremental_sync', 'success', 'test', now() - make_interval(days => $1)) returning id`,
      [age],
    );
    const task = await db.one<{ id: number }>(
      `insert into ingestion.tasks (run_id, integration_id, slice, phase, host_key, priority, state)
       values ($1, 1, $2, 'current', 'h', 3, 'success') returning id`,
      [id, `project:${index}`],
    );
    await db.execute(
      `insert into ingestion.completeness (task_id, integration_id, slice, scope, stream, outcome, stored_count, method, proof)
       values ($1, 1, $2, '', 'issues', 'complete', 1, 'test', 'key_set')`,
      [task.id, index === 0 ? 'project:idle' : 'project:busy'],
    );
    ids.push(id);
  }
  return ids;
}

/** The trail as it would have been written so many days ago: its rows with other ages, and each hash made anew. */
async function rewriteTrail(db: Database, ages: readonly number[]): Promise<void> {
  await db.execute(
    `update access.audit_events set at = now() - make_interval(days => age)
       from unnest($1::int[]) with ordinality as given (age, n) where object_id = n::text`,
    [ages],
  );
  const rows = await db.query<{ id: number; fields: (string | null)[] }>(
    `select e.id, ${hashedFields} as fields from access.audit_events e order by e.id`,
  );
  let previous = beginning;
  for (const [index, { id, fields }] of rows.entries()) {
    const sequence = index + 1;
    const hash = hashOfRow({ sequence, fields, previous });
    await db.execute(
      `update access.audit_chain set previous_hash = decode($3, 'hex'), hash = decode($4, 'hex') where event_id = $1 and sequence = $2`,
      [id, sequence, previous, hash],
    );
    previous = hash;
  }
  await db.execute("update access.audit_head set hash = decode($1, 'hex')", [previous]);
}

describe('retention', () => {
  it('can count and drop every subject on the schema as it is', async () => {
    const { call, db } = await hub();
    const { status, body } = await call('GET', '/api/v1/retention', { as: 'viewer' });
    expect([status, body.subjects.map((subject: { name: string }) => subject.name)]).toEqual([
      200,
      retention.map((subject) => subject.name),
    ]);
    await night(db);
    const after = await call('GET', '/api/v1/retention');
    for (const subject of after.body.subjects) {
      expect([subject.name, subject.last.errorCode, subject.last.finishedAt === null]).toEqual([
        subject.name,
        null,
        false,
      ]);
      expect(subject.minimum).toBeLessThanOrEqual(subject.standard);
    }
  });

  it('says what a setting would drop before it is saved, drops it at night, and says what it dropped', async () => {
    const { call, db } = await hub();
    await addAuditEvents(db, [1, 100, 400, 800, 900]);
    const preview = await call('POST', '/api/v1/retention/preview', { body: { days: { audit_trail: 365 } } });
    expect(preview.body).toEqual({ drops: { audit_trail: 3 } });
    const saved = await call('PUT', '/api/v1/retention', { body: { days: { audit_trail: 365 } } });
    expect(saved.status).toBe(200);
    const trail = () => db.query(`select 1 from access.audit_events where action = 'test.event'`);
    expect(await trail()).toHaveLength(5);
    await night(db);
    expect(await trail()).toHaveLength(2);
    const { body } = await call('GET', '/api/v1/retention');
    const subject = body.subjects.find((entry: { name: string }) => entry.name === 'audit_trail');
    expect(subject).toMatchObject({ days: 365, drops: 0, last: { dropped: 3 }, changed: { by: expect.any(String) } });
    const events = await db.query<{ action: string }>(
      `select action from access.audit_events where action like 'retention%'`,
    );
    expect(events).toEqual([{ action: 'retention.change' }]);
  });

  it('drops in batches, all of them', async () => {
    const { db } = await hub();
    await addAuditEvents(
      db,
      Array.from({ length: 4_500 }, () => 1_000),
    );
    await night(db);
    expect(await db.one(`select dropped from operations.retention_runs where subject = 'audit_trail'`)).toEqual({
      dropped: 4_500,
    });
  });

  it('leaves an audit trail that goes on from the last row that went, and takes none from its middle', async () => {
    const { db } = await hub();
    const verify = () => verifyAuditTrail(db, { now: () => new Date() });
    for (const id of [1, 2, 3, 4, 5])
      await db.transaction((tx) => audit(tx, { kind: 'system', name: 'test' }, 'test.event', { kind: 'test', id }));
    // As they are chained, whatever their ages are: the fourth is older than one before it.
    await rewriteTrail(db, [900, 800, 10, 900, 5]);
    expect(await verify()).toMatchObject({ whole: true, rows: 5, removed: null });
    const { hash } = await db.one<{ hash: string }>(
      `select encode(hash, 'hex') as hash from access.audit_chain where sequence = 2`,
    );
    await night(db);
    expect(await verify()).toMatchObject({
      whole: true,
      rows: 3,
      last: { sequence: 5 },
      removed: { sequence: 2, hash },
    });
    await db.transaction((tx) => audit(tx, { kind: 'system', name: 'test' }, 'test.event', { kind: 'test', id: 6 }));
    expect(await verify()).toMatchObject({ whole: true, rows: 4, last: { sequence: 6 } });
    // What goes past it is missed.
    await db.execute(`delete from access.audit_events where object_id = '3'`);
    await db.execute('delete from access.audit_chain where sequence = 3');
    expect(await verify()).toMatchObject({ broken: { kind: 'missing_row', sequence: 3 } });
  });

  it('that takes a whole audit trail leaves its end', async () => {
    const { db } = await hub();
    for (const id of [1, 2])
      await db.transaction((tx) => audit(tx, { kind: 'system', name: 'test' }, 'test.event', { kind: 'test', id }));
    await rewriteTrail(db, [900, 800]);
    await night(db);
    const chain = await verifyAuditTrail(db, { now: () => new Date() });
    expect(chain).toMatchObject({
      whole: true,
      rows: 0,
      last: { sequence: 2 },
      removed: { sequence: 2, hash: chain.last?.hash },
    });
    await db.execute('update access.audit_head set removed_sequence = 1');
    expect(await verifyAuditTrail(db, { now: () => new Date() })).toMatchObject({ broken: { kind: 'cut_tail' } });
  });

  it('keeps the run that is the latest proof of a project, and the newest of its kind', async () => {
    const { db } = await hub();
    const [idle, , newer, newest] = await addRuns(db, [400, 300, 200, 100]);
    await night(db);
    expect(await db.query('select id from ingestion.runs order by id')).toEqual([{ id: idle }, { id: newest }]);
    expect(newer).toBeDefined();
    const proofs = await db.query('select slice from ingestion.completeness order by slice');
    expect(proofs).toEqual([{ slice: 'project:busy' }, { slice: 'project:idle' }]);
  });

  it.each([
    ['shorter than the product needs', { audit_trail: 5 }, 'retention_too_short'],
    ['longer than it can be', { deliveries: 15 }, 'invalid_request'],
    ['of nothing it knows', { findings: 30 }, 'invalid_request'],
  ])('refuses a setting %s and changes nothing', async (_, days, code) => {
    const { call, db } = await hub();
    const refused = await call('PUT', '/api/v1/retention', { body: { days: { runs: 30, ...days } } });
    expect(refused.body.error.code).toBe(code);
    expect(await db.query('select * from operations.retention')).toEqual([]);
    expect((await call('PUT', '/api/v1/retention', { as: 'viewer', body: { days: {} } })).status).toBe(403);
  });
});
