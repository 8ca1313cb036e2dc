import { describe, expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import type { Database } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
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
