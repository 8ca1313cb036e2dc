import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { Announcement } from '../../../domain/announcement.ts';
import type { IntegrationStanding } from '../../integrations/index.ts';
import { createHealthWatch, type HealthWatch, lastSyncedAt } from './index.ts';

let clone: TestDatabase;
let watch: HealthWatch;
let standing: IntegrationStanding;
let announced: Announcement[];
let refuses: boolean;
let away: ReadonlySet<number>;

beforeEach(async () => {
  clone = await cloneDatabase();
  announced = [];
  refuses = false;
  away = new Set();
  standing = {
    id: 1,
    name: 'sonar-lab',
    kind: 'sonarqube',
    state: 'active',
    place: 'hub',
    credentials: [{ label: 'default', standing: 'ready', disabledCode: null, endsAt: null }],
  };
  watch = createHealthWatch({
    db: clone.db,
    standings: async () => [standing],
    offline: async () => away,
    async announce(_tx, event) {
      if (refuses) throw new Error('the outbox is full');
      announced.push(event);
    },
    now: () => new Date(),
  });
});
afterEach(() => clone.drop());

const react = (key: string): Promise<void> =>
  watch.reactions[0]?.handle(key, new AbortController().signal) ?? Promise.reject(new Error('no reaction'));

/** Runs that ended so many days ago. */
async function ended(status: string, daysAgo: number, more: { kind?: string; code?: string; times?: number } = {}) {
  await clone.db.execute(
    `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at, error_code)
     select 1, $2, $1, 'test', now() - make_interval(days => $3), now() - make_interval(days => $3), $4
       from generate_series(1, $5)`,
    [status, more.kind ?? 'incremental_sync', daysAgo, more.code ?? null, more.times ?? 1],
  );
}

const changes = () =>
  clone.db.query(
    'select health_before as before, health from data.integration_health_changes where integration_id = 1 order by id',
  );

describe('health', () => {
  it('counts what ended in the last seven days: no audits, nothing cancelled, nothing older', async () => {
    await ended('success', 1, { times: 11 });
    await ended('failed', 2, { code: 'timeout' });
    await ended('failed', 3, { code: 'expired_credentials', times: 2 });
    await ended('failed', 8, { code: 'unreachable', times: 5 });
    await ended('cancelled', 1);
    await ended('failed', 1, { kind: 'audit' });
    expect(await watch.list()).toEqual([
      {
        integrationId: 1,
        integrationName: 'sonar-lab',
        health: 'NEEDS_ATTENTION',
        since: null,
        reasons: [
          {
            code: 'runs_failed',
            message: '3 of 14 runs of the last 7 days failed: expired_credentials (2), timeout (1).',
          },
        ],
        runs: { success: 11, partial: 0, failed: 3 },
      },
    ]);
  });

  it('is recorded once per change, announced with the change, and not the first time', async () => {
    await react('1');
    await react('1');
    expect(await changes()).toEqual([{ before: null, health: 'UNKNOWN' }]);
    expect(announced).toEqual([]);
    await ended('success', 0);
    await react('1');
    await react('sweep');
    expect(await changes()).toEqual([
      { before: null, health: 'UNKNOWN' },
      { before: 'UNKNOWN', health: 'HEALTHY' },
    ]);
    expect(announced).toEqual([
      {
        type: 'health.changed',
        data: {
          integration: { id: 1, name: 'sonar-lab', kind: 'sonarqube' },
          before: 'UNKNOWN',
          after: 'HEALTHY',
          reasons: [{ code: 'all_runs_succeeded', message: 'The run of the last 7 days succeeded.' }],
        },
      },
    ]);
    const { current, changes: shown } = await watch.history('sonar-lab');
    expect(current).toMatchObject({ health: 'HEALTHY', since: expect.any(String) });
    expect(shown.map(({ health }) => health)).toEqual(['HEALTHY', 'UNKNOWN']);
    await expect(watch.history('other')).rejects.toMatchObject({ code: 'integration_not_found' });
  });

  it('keeps other reasons without calling it a change', async () => {
    await ended('success', 0);
    await ended('failed', 0, { code: 'timeout' });
    await react('1');
    await ended('failed', 0, { code: 'timeout' });
    await react('1');
    expect(await changes()).toHaveLength(1);
    const row = await clone.db.one<{ reasons: { message: string }[] }>('select reasons from ingestion.health');
    expect(row.reasons[0]?.message).toBe('2 of 3 runs of the last 7 days failed: timeout (2).');
  });

  it('changes with a credential, a pause, or the time alone, found by the sweep', async () => {
    await ended('success', 0);
    await react('1');
    const steps: [Partial<IntegrationStanding>, string][] = [
      [
        { credentials: [{ label: 'a', standing: 'expiring', disabledCode: null, endsAt: new Date('2026-11-24') }] },
        'NEEDS_ATTENTION',
      ],
      [
        { credentials: [{ label: 'a', standing: 'disabled', disabledCode: 'invalid_credentials', endsAt: null }] },
        'CRITICAL',
      ],
      [{ state: 'paused' }, 'PAUSED'],
      [{ state: 'deleting' }, 'DELETING'],
    ];
    for (const [step, health] of steps) {
      standing = { ...standing, ...step };
      await react('sweep');
      expect((await changes()).at(-1)).toMatchObject({ health });
    }
    expect(announced.map(({ data }) => 'after' in data && data.after)).toEqual(steps.map(([, health]) => health));
    standing = {
      ...standing,
      state: 'active',
      credentials: [{ label: 'a', standing: 'ready', disabledCode: null, endsAt: null }],
    };
    await react('sweep');
    await clone.db.execute("update ingestion.runs set finished_at = finished_at - interval '8 days'");
    await react('sweep');
    expect((await changes()).at(-1)).toEqual({ before: 'HEALTHY', health: 'UNKNOWN' });
  });

  it('is recorded and announced together or not at all', async () => {
    await react('1');
    await ended('success', 0);
    refuses = true;
    await expect(react('1')).rejects.toThrow('the outbox is full');
    expect(await changes()).toHaveLength(1);
    refuses = false;
    await react('1');
    expect(await changes()).toHaveLength(2);
    expect(announced).toHaveLength(1);
  });

  it('of two that record at once is recorded once', async () => {
    await react('1');
    await ended('success', 0);
    await Promise.all([react('1'), react('1'), react('sweep')]);
    expect(await changes()).toHaveLength(2);
    expect(announced).toHaveLength(1);
  });
});

describe('the last sync', () => {
  it('is the newest run that read something', async () => {
    expect(await lastSyncedAt(clone.db, [1])).toEqual(new Map());
    await ended('partial', 3);
    await ended('failed', 1);
    await ended('success', 0, { kind: 'aggregation' });
    const at = (await lastSyncedAt(clone.db, [1, 2])).get(1);
    const days = (Date.now() - (at?.getTime() ?? 0)) / 86_400_000;
    expect(Math.round(days)).toBe(3);
  });
});

describe('the health of what satellites read', () => {
  it('misses no credential, and knows when the last run ended', async () => {
    standing = { ...standing, place: 'satellite', credentials: [] };
    const health = async (): Promise<string | undefined> => (await watch.list())[0]?.health;
    expect(await health()).toBe('UNKNOWN');
    away = new Set([1]);
    expect(await health()).toBe('OFFLINE_SATELLITE');
    await ended('success', 5);
    expect(await health()).toBe('OFFLINE_SATELLITE');
    await ended('success', 0);
    expect(await health()).toBe('NEEDS_ATTENTION');
    away = new Set();
    expect(await health()).toBe('HEALTHY');
    standing = { ...standing, place: 'hub' };
    expect(await health()).toBe('CRITICAL');
  });
});
