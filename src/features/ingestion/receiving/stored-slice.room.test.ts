import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Sink } from '../sink.ts';
import { insertRun, insertTask, type NewTask } from '../store/runs.ts';
import { claimTask, type LeasedTask } from '../store/tasks.ts';
import { wantMovedSlices } from '../store/wants.ts';
import { storedSlice } from './stored-slice.ts';

let clone: TestDatabase;
let db: Database;
beforeEach(async () => {
  clone = await cloneDatabase();
  db = clone.db;
});
afterEach(() => clone.drop());

const holdings: Sink['holdings'] = () => ({ counts: async () => ({}), rows: async () => [] });

async function taskOf(phase: NewTask['phase'], full = false): Promise<LeasedTask> {
  await db.transaction(async (tx) => {
    const run = { integrationId: 1, hostKey: 'h', kind: 'incremental_sync', priority: 3, requestedBy: 'test' } as const;
    const runId = await insertRun(tx, { ...run, fullListing: full });
    await tx.execute('delete from ingestion.tasks where run_id = $1', [runId]);
    await insertTask(tx, { runId, integrationId: 1, hostKey: 'h', slice: 'project:a', phase, priority: 3 });
  });
  return (await claimTask(db, 'test')) as LeasedTask;
}

const wanted = (reasons: readonly string[]) =>
  db.execute(
    `insert into ingestion.sync_wants (integration_id, slice, phase, priority, reasons) values (1, 'project:a', 'current', 3, $1)`,
    [reasons],
  );

const onlyChanges = async (task: LeasedTask): Promise<boolean> =>
  (await storedSlice(db, task, { sink: { holdings } as Sink, hashVersion: 1 })) !== undefined;

describe('a slice is read by what changed since', () => {
  it.each([[[]], [['discovery']], [['webhook', 'poll', 'discovery']]])('for the reasons %j', async (reasons) => {
    await wanted(reasons);
    expect(await onlyChanges(await taskOf('current'))).toBe(true);
  });
});

describe('a slice is listed whole', () => {
  it.each([['incomplete_listing'], ['audit'], ['source_moved'], ['absence_held'], ['stage_lost'], ['upstream_error']])(
    'because of %s, whatever else wants it later',
    async (reason) => {
      await wanted([reason]);
      await db.transaction((tx) =>
        wantMovedSlices(tx, 1, [{ slice: 'project:a', version: '2', touchedAt: null }], {
          hasHistory: true,
          everything: false,
          priority: 3,
          historySince: new Date('2026-01-01T00:00:00Z'),
        }),
      );
      expect(await onlyChanges(await taskOf('current'))).toBe(false);
    },
  );

  it('by a full run and by an audit', async () => {
    await wanted(['discovery']);
    expect(await onlyChanges(await taskOf('current', true))).toBe(false);
    await db.execute("update ingestion.tasks set state = 'success'");
    expect(await onlyChanges(await taskOf('audit'))).toBe(false);
  });
});
