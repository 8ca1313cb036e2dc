import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  accepted,
  fixed,
  hotspot,
  issue,
  type Listing,
  sharedStore,
  type SonarqubeStage,
} from '../../../../test/support/sonarqube-stage.ts';
import type { Database } from '../../../platform/database/index.ts';

const start = sharedStore();

/** What a server might say about one key in one listing. */
const sighting = fc.record({
  kind: fc.constantFrom('issue', 'issue', 'issue', 'hotspot'),
  type: fc.constantFrom('VULNERABILITY', 'BUG', 'CODE_SMELL'),
  severity: fc.constantFrom('BLOCKER', 'CRITICAL', 'MINOR'),
  impact: fc.constantFrom(null, null, 'HIGH', 'LOW'),
  state: fc.constantFrom('open', 'open', 'fixed', 'accepted', 'sandbox'),
  /** Whether the change moved the date of the last change. */
  dated: fc.boolean(),
  line: fc.integer({ min: 1, max: 3 }),
});
type Sighting = typeof sighting extends fc.Arbitrary<infer T> ? T : never;

/** One listing: what is missing in it is gone. */
const listing = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), sighting, { maxKeys: 6 });

const dayMs = 86_400_000;
const begin = Date.parse('2026-01-01T06:00:00.000Z');

/** The listing of step n is read ten days after that of step n - 1; changes lie in between. */
function listings(step: number, seen: Readonly<Record<string, Sighting>>, updated: Map<string, string>): Listing[] {
  const changedAt = new Date(begin + (step * 10 - 5) * dayMs).toISOString();
  const issues: object[] = [];
  const hotspots: object[] = [];
  for (const [key, sighted] of Object.entries(seen)) {
    const createdAt = new Date(begin + key.charCodeAt(0) * 3_600_000 - 200 * dayMs).toISOString();
    if (sighted.dated || !updated.has(key)) updated.set(key, updated.has(key) ? changedAt : createdAt);
    const updatedAt = updated.get(key) as string;
    const common = { key, createdAt, updatedAt, line: sighted.line };
    if (sighted.kind === 'hotspot') {
      hotspots.push(
        hotspot({ ...common, ...(sighted.state === 'fixed' ? { status: 'REVIEWED', resolution: 'FIXED' } : {}) }),
      );
      continue;
    }
    const over =
      sighted.state === 'fixed'
        ? fixed(updatedAt)
        : sighted.state === 'accepted'
          ? accepted(updatedAt)
          : sighted.state === 'sandbox'
            ? { status: 'IN_SANDBOX', issueStatus: 'IN_SANDBOX' }
            : {};
    const impacts = { security: sighted.impact as 'HIGH' | 'LOW' | null, reliability: null, maintainability: null };
    const { type, severity } = sighted as { type: 'BUG'; severity: 'BLOCKER' };
    issues.push(issue({ ...common, type, severity, impacts, ...over, line: sighted.line }));
  }
  return [
    { stream: 'issues', records: issues },
    { stream: 'hotspots', records: hotspots },
  ];
}

/** By impacts, and by type. */
const readings = [
  { counting: 'server', kind: 'class', axis: 'axis', level: 'raw_level' },
  { counting: 'other', kind: 'standard_class', axis: 'standard_axis', level: 'standard_level' },
] as const;
type Reading = (typeof readings)[number];

const periodsBy = ({ kind, axis, level }: Reading): string => `
  select f.id, f.${kind} as class, f.${axis} as axis, f.${level} as raw_level, f.counted_state as state, f.period_from as from_at, f.period_to as to_at
    from code_quality.findings f where f.counted_state is not null
  union all
  select finding_id, ${kind}, ${axis}, ${level}, state, from_at, to_at from code_quality.finding_past_periods`;
const periods = periodsBy(readings[0]);

/** Only of these the other reading is counted. */
const security = "class in ('vulnerability', 'hotspot')";

async function checkDays(db: Database, reading: Reading): Promise<void> {
  const { counting, kind, axis, level } = reading;
  const which = counting === 'server' ? 'true' : security;
  const daily = `(select * from code_quality.project_daily where counting = '${counting}')`;
  // Open now, by class, level and state, is a plain count of the rows the last listing named.
  const difference = await db.query(
    `select class, axis, raw_level, state, sum(n) from (
       select class, axis, raw_level, state, sum(opened - closed)::int as n from ${daily} d group by 1, 2, 3, 4
       union all
       select ${kind}, ${axis}, ${level}, state, -count(*)::int from code_quality.findings
        where deleted_at is null and state in ('open', 'accepted', 'false_positive') and ${which.replace('class', kind)} group by 1, 2, 3, 4) both_counts
      group by 1, 2, 3, 4 having sum(n) <> 0`,
  );
  expect(difference).toEqual([]);
  // At the end of each day the running sum is a plain count of periods.
  const days = await db.query(
    `select day, class, raw_level, state, sums.n, counts.n from
       (select distinct day from ${daily} d) days
       cross join (select distinct class, axis, raw_level, state from ${daily} d) kinds
       cross join lateral (select coalesce(sum(opened - closed), 0) as n from ${daily} d
          where d.day <= days.day and (d.class, d.axis, d.raw_level, d.state) = (kinds.class, kinds.axis, kinds.raw_level, kinds.state)) sums
       cross join lateral (select count(*) as n from (${periodsBy(reading)}) p
          where (p.class, p.axis, p.raw_level, p.state) = (kinds.class, kinds.axis, kinds.raw_level, kinds.state)
            and p.from_at < days.day + 1 and (p.to_at is null or p.to_at >= days.day + 1)) counts
      where sums.n <> counts.n`,
  );
  expect(days).toEqual([]);
}

async function checkStore(db: Database, stage: SonarqubeStage, last: Listing[], now: Date): Promise<void> {
  // The store says what the last listing said.
  for (const comparison of await stage.compare(last)) {
    expect(comparison.differences).toEqual([]);
    expect(comparison.stored).toBe(comparison.source);
  }
  for (const reading of readings) await checkDays(db, reading);
  // Nobody is counted twice at one time, ends before it begins, or is counted ahead of time.
  const wrong = await db.query(
    `with p as (select *, row_number() over () as n from (${periods}) x)
     select a.* from p a where a.from_at > a.to_at or a.from_at > $1
     union all
     select a.* from p a join p b on a.id = b.id and a.n <> b.n and a.from_at < coalesce(b.to_at, 'infinity') and b.from_at < coalesce(a.to_at, 'infinity')
        and a.from_at < coalesce(a.to_at, 'infinity') and b.from_at < coalesce(b.to_at, 'infinity')`,
    [now],
  );
  expect(wrong).toEqual([]);
  const outbox = await db.query(
    `select 1 from (select project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed from code_quality.daily_changes
       union all select project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, -opened, -closed from code_quality.project_daily) x
      group by project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part having sum(opened) <> 0 or sum(closed) <> 0`,
  );
  expect(outbox).toEqual([]);
}

it('any sequence of listings leaves the last one, and days that add up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(listing, { minLength: 1, maxLength: 6 }), async (steps) => {
      const { db, stage } = await start();
      const updated = new Map<string, string>();
      for (const [step, seen] of steps.entries()) {
        const now = new Date(begin + (step + 1) * 10 * dayMs);
        const said = listings(step + 1, seen, updated);
        await stage.publish(said, { now });
        await checkStore(db, stage, said, now);
        await stage.publish(said, { now });
        expect(stage.writes()).toEqual({});
        await stage.publish(said, { now, trustHashes: false });
        expect(stage.writes()).toEqual({});
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 10), interruptAfterTimeLimit: 20_000 },
  );
}, 120_000);
