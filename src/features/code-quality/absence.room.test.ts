import { describe, expect, it } from 'vitest';
import {
  branch,
  hotspot,
  issue,
  type Listing,
  mainBranch,
  measure,
  metric,
  project,
  sharedStore,
} from '../../../test/support/sonarqube-stage.ts';
import type { Database } from '../../platform/database/index.ts';

const start = sharedStore();

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const issues = (count: number, outcome: Listing['outcome'] = {}): Listing => ({
  stream: 'issues',
  records: range(count).map((index) => issue({ key: `k${index}` })),
  outcome,
});
const others = (...keys: string[]): Listing => ({ stream: 'issues', records: keys.map((key) => issue({ key })) });
const projects = (count: number, outcome: Listing['outcome'] = {}): Listing => ({
  stream: 'projects',
  records: [project(), ...range(count - 1).map((index) => project({ key: `p${index}` }))],
  outcome,
});

/** Moves the clock of what is held. */
const wait = (db: Database, interval: string): Promise<number> =>
  db.execute('update ingestion.held_absences set held_at = held_at - $1::interval', [interval]);

const left = async (db: Database, table: string): Promise<number> =>
  (await db.one<{ n: number }>(`select count(*) as n from code_quality.${table} where deleted_at is null`)).n;

describe('a large disappearance', () => {
  it('is confirmed by the same listing an hour later, and not a minute before', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(60)]);
    expect((await stage.publish([issues(1)])).streams).toMatchObject([{ held: true, gone: 0, stored: 60 }]);
    await wait(db, '59 minutes');
    expect((await stage.publish([issues(1)])).streams).toMatchObject([{ held: true, gone: 0, stored: 60 }]);
    await wait(db, '1 minute');
    expect((await stage.publish([issues(1)])).streams).toMatchObject([{ held: false, gone: 59, stored: 1 }]);
    expect(await db.query('select from ingestion.held_absences')).toEqual([]);
  });

  it('of other rows than an hour ago begins the hour anew', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(60)]);
    await stage.publish([others('k0')]);
    await wait(db, '2 hours');
    // As many rows are missing as before, and not the same.
    const other = await stage.publish([others('k1')]);
    expect(other.streams).toMatchObject([{ held: true, gone: 0, missing: { count: 59, before: 60 } }]);
    expect((await stage.publish([others('k1')])).streams).toMatchObject([{ held: true, gone: 0 }]);
    await wait(db, '1 hour');
    expect((await stage.publish([others('k1')])).streams).toMatchObject([{ held: false, gone: 59 }]);
  });

  it('that a person confirmed is not one of other rows', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(60)]);
    await stage.publish([others('k0')]);
    await db.execute("update ingestion.held_absences set confirmed_at = now(), confirmed_by = 'ada'");
    expect((await stage.publish([others('k1')])).streams).toMatchObject([{ held: true, gone: 0 }]);
    expect(await db.query('select confirmed_at, confirmed_by from ingestion.held_absences')).toEqual([
      { confirmed_at: null, confirmed_by: null },
    ]);
  });

  it('that is undone is forgotten', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(60)]);
    await stage.publish([issues(1)]);
    await stage.publish([issues(60)]);
    await wait(db, '2 hours');
    expect(await db.query('select from ingestion.held_absences')).toEqual([]);
    expect((await stage.publish([issues(1)])).streams).toMatchObject([{ held: true, gone: 0 }]);
  });

  it('is neither confirmed nor forgotten by a listing that proves nothing', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(60)]);
    await stage.publish([issues(1)]);
    await wait(db, '2 hours');
    await stage.publish([issues(1, { proof: 'unproven' })]);
    await stage.publish([issues(60, { absenceTrusted: false })]);
    expect(await db.query('select missing, before from ingestion.held_absences')).toEqual([
      { missing: 59, before: 60 },
    ]);
    expect(await left(db, 'findings')).toBe(60);
  });

  it('is measured by what was there before, however much is new', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(60)]);
    const renamed = { stream: 'issues', records: range(200).map((index) => issue({ key: `n${index}` })) } as const;
    expect((await stage.publish([renamed])).streams).toMatchObject([
      { held: true, inserted: 200, gone: 0, missing: { count: 60, before: 60 } },
    ]);
    await db.execute("update ingestion.held_absences set confirmed_at = now(), confirmed_by = 'ada'");
    await stage.publish([renamed]);
    // Back, as behind a proxy that asks two servers in turn: what returns was not there before.
    expect((await stage.publish([issues(60)])).streams).toMatchObject([
      { held: true, updated: 60, gone: 0, missing: { count: 200, before: 200 } },
    ]);
  });
});

describe('an absence', () => {
  it('is not believed from fewer records than the source counts, of any stream', async () => {
    const { db, stage } = await start();
    const branches = (count: number, sourceCount = count): Listing => ({
      stream: 'branches',
      records: [branch(), ...range(count - 1).map((index) => branch({ key: `branch:${index}`, name: `b${index}` }))],
      outcome: { sourceCount },
    });
    await stage.publish([branches(3), issues(3)]);
    const short = await stage.publish([branches(1, 3), issues(1, { sourceCount: 3 })]);
    expect(short.streams).toMatchObject([
      { stream: 'branches', gone: 0, held: false },
      { stream: 'issues', gone: 0, held: false },
    ]);
    await stage.publish([projects(3)], { phase: 'discovery' });
    await stage.publish([projects(1, { sourceCount: 3 })], { phase: 'discovery' });
    expect([await left(db, 'branches'), await left(db, 'findings'), await left(db, 'projects')]).toEqual([3, 3, 3]);
  });

  it('of a stage that a crash emptied marks nothing', async () => {
    const { db, stage } = await start();
    await stage.publish([issues(5)]);
    await stage.publish([
      { stream: 'branches', records: [], outcome: { sourceCount: 1 } },
      { stream: 'issues', records: [], outcome: { sourceCount: 5 } },
    ]);
    expect([await left(db, 'branches'), await left(db, 'findings')]).toEqual([1, 5]);
  });

  it('is not believed while a branch is analysed, or where a record was set aside, of any stream', async () => {
    const { db, stage } = await start();
    await stage.publish([projects(3)], { phase: 'discovery' });
    await stage.publish([projects(1)], { phase: 'discovery', setAside: new Map([['projects ', 1]]) });
    await stage.publish([{ stream: 'branches', records: [], outcome: { sourceMoved: true } }]);
    expect([await left(db, 'projects'), await left(db, 'branches')]).toEqual([3, 1]);
  });

  it('of most projects, branches or measures is held like one of findings', async () => {
    const { db, stage } = await start();
    const branches = (count: number): Listing => ({
      stream: 'branches',
      records: [branch(), ...range(count - 1).map((index) => branch({ key: `branch:${index}`, name: `b${index}` }))],
    });
    const measures = (count: number): Listing => ({
      stream: 'measures',
      records: range(count).map((index) => measure(`m${index}`, '1')),
    });
    await stage.publish([{ stream: 'metrics', records: range(60).map((index) => metric(`m${index}`)) }], {
      phase: 'discovery',
    });
    await stage.publish([projects(60)], { phase: 'discovery' });
    await stage.publish([branches(60), measures(60)]);
    const one = await stage.publish([projects(1)], { phase: 'discovery' });
    expect(one.streams).toMatchObject([{ stream: 'projects', held: true, gone: 0, stored: 60 }]);
    const streams = (await stage.publish([branches(1), measures(1)])).streams;
    expect(streams).toMatchObject([
      { stream: 'branches', held: true, gone: 0, stored: 60, missing: { count: 59, before: 60 } },
      { stream: 'measures', held: true, gone: 0, stored: 60, missing: { count: 59, before: 60 } },
    ]);
    const held = await db.query(
      'select slice, stream, scope, examples[1] as first from ingestion.held_absences order by id',
    );
    expect(held).toEqual([
      { slice: 'discovery', stream: 'projects', scope: '', first: 'p0' },
      { slice: 'project:shop', stream: 'branches', scope: '', first: 'branch:0' },
      { slice: 'project:shop', stream: 'measures', scope: mainBranch, first: 'm1' },
    ]);
  });

  it('of most of the projects that were asked for by their keys is held, too', async () => {
    const { db, stage } = await start();
    await stage.publish([projects(60)], { phase: 'discovery' });
    const gone = range(59).map((index) => `p${index}`);
    const asked = projects(1, { absenceTrusted: false, gone });
    expect((await stage.publish([asked], { phase: 'discovery' })).streams).toMatchObject([{ held: true, gone: 0 }]);
    expect(await left(db, 'projects')).toBe(60);
    await wait(db, '1 hour');
    expect((await stage.publish([asked], { phase: 'discovery' })).streams).toMatchObject([{ held: false, gone: 59 }]);
  });
});

describe('keys that the source was asked for and has no more', () => {
  it('end findings of their own kind only, in their own branch', async () => {
    const { db, stage } = await start();
    await stage.publish([
      { stream: 'issues', records: [issue({ key: 'a' }), issue({ key: 'b' })] },
      { stream: 'hotspots', records: [hotspot({ key: 'h' })] },
    ]);
    const changes = { coverage: 'changes', absenceTrusted: false } as const;
    const summary = await stage.publish([
      { stream: 'issues', records: [], outcome: { ...changes, gone: ['a', 'h'] } },
      { stream: 'hotspots', records: [], outcome: { ...changes, gone: ['b'] } },
    ]);
    expect(summary.streams).toMatchObject([
      { stream: 'issues', gone: 1, stored: 1 },
      { stream: 'hotspots', gone: 0, stored: 1 },
    ]);
    const rows = await db.query('select source_key from code_quality.findings where deleted_at is null order by 1');
    expect(rows).toEqual([{ source_key: 'b' }, { source_key: 'h' }]);
  });
});
