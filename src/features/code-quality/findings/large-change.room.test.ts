import { describe, expect, it } from 'vitest';
import {
  accepted,
  branch,
  findingContents,
  hotspot,
  issue,
  type Listing,
  mainBranch,
  rule,
  sharedStore,
} from '../../../../test/support/sonarqube-stage.ts';
import type { Database } from '../../../platform/database/index.ts';

const start = sharedStore();
const otherBranch = 'branch:other-id';
const later = '2026-03-01T08:00:00.000Z';

const key = (index: number): string => `k${String(index).padStart(3, '0')}`;
const keys = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => key(from + index));

/** 50 issues, 10 hotspots and a branch of 20 issues; `change` moves most of them, drops some and adds others. */
function listings(change: boolean): Listing[] {
  const issues = keys(change ? 5 : 0, change ? 55 : 50).map((name, index) =>
    issue({
      key: name,
      rule: `javascript:S${index % 4}`,
      path: `src/${name}.js`,
      tags: index % 2 === 0 ? ['cwe'] : [],
      ...(change && index % 3 !== 0 ? { line: 99, updatedAt: later } : {}),
      ...(change && index % 7 === 0 ? accepted(later) : {}),
    }),
  );
  return [
    { stream: 'branches', records: [branch(), branch({ key: otherBranch, name: 'other', isMain: false })] },
    { stream: 'rules', records: [rule({ key: 'javascript:S0', name: 'Rule zero' })] },
    { stream: 'issues', records: issues },
    {
      stream: 'issues',
      scope: otherBranch,
      records: keys(0, 20).map((name) => issue({ key: `o${name}`, line: change ? 7 : 3 })),
    },
    { stream: 'hotspots', records: keys(0, 10).map((name) => hotspot({ key: `h${name}`, line: change ? 8 : 6 })) },
  ];
}

const atOnce = 16;
const publishedAt = { now: new Date('2026-04-01T00:00:00Z') };

async function undisturbed(): Promise<unknown> {
  const { db, stage } = await start();
  await stage.publish(listings(false), publishedAt);
  await stage.publish(listings(true), publishedAt);
  return findingContents(db);
}

const isUpdating = async (db: Database): Promise<boolean> =>
  (await db.one<{ updating: boolean }>('select publishing_since is not null as updating from code_quality.projects'))
    .updating;

describe('a change too large for one transaction', () => {
  it('is merged in parts by key, counted whole, and leaves what one publish leaves', async () => {
    const expected = await undisturbed();
    const { db, stage } = await start();
    const first = await stage.publishInParts(listings(false), { atOnce, ...publishedAt });
    const ends = first.parts.map((part) => part.last);
    expect(ends).toEqual(ends.toSorted());
    expect(first.parts.length).toBe(5);
    const inserted = first.parts.flatMap((part) => part.streams).reduce((sum, row) => sum + row.inserted, 0);
    expect(inserted).toBe(5 * atOnce);
    expect(first.summary?.streams.find((row) => row.scope === mainBranch && row.stream === 'issues')).toMatchObject({
      stored: 50,
    });
    const second = await stage.publishInParts(listings(true), { atOnce, ...publishedAt });
    expect(second.parts.length).toBeGreaterThan(1);
    expect(await findingContents(db)).toEqual(expected);
  });

  it('marks the project until its publish, and the roll-up stays what it was', async () => {
    const { db, stage } = await start();
    await stage.publish(listings(false), publishedAt);
    const daily = await db.query('select * from code_quality.project_daily order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10');
    const { summary } = await stage.publishInParts(listings(true), { atOnce, killedAfter: 2, ...publishedAt });
    expect(summary).toBeUndefined();
    expect(await isUpdating(db)).toBe(true);
    expect(await db.query('select * from code_quality.project_daily order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10')).toEqual(
      daily,
    );
    await stage.publish(listings(true), publishedAt);
    expect(await isUpdating(db)).toBe(false);
  });

  it.each([1, 2, 3])(
    'killed after part %i is finished by the next attempt, in parts or at once',
    async (killedAfter) => {
      const expected = await undisturbed();
      for (const inParts of [true, false]) {
        const { db, stage } = await start();
        await stage.publish(listings(false), publishedAt);
        await stage.publishInParts(listings(true), { atOnce, killedAfter, ...publishedAt });
        if (inParts) await stage.publishInParts(listings(true), { atOnce, ...publishedAt });
        else await stage.publish(listings(true), publishedAt);
        expect(await findingContents(db)).toEqual(expected);
      }
    },
  );

  it('whose last part leaves nothing to the publish is rolled up all the same', async () => {
    const { db, stage } = await start();
    const records = keys(0, 2 * atOnce).map((name) => issue({ key: name }));
    const { parts, summary } = await stage.publishInParts([{ stream: 'issues', records }], { atOnce });
    expect(parts).toHaveLength(2);
    expect(summary?.changes.map((change) => change.kind)).toContain('roll_up');
    expect(
      await db.query("select sum(opened)::int as opened from code_quality.project_daily where counting = 'server'"),
    ).toEqual([{ opened: 2 * atOnce }]);
  });

  it('is not made of a listing that is long and hardly changed', async () => {
    const { db, stage } = await start();
    await stage.publish(listings(false), publishedAt);
    const { parts } = await stage.publishInParts(listings(false), { atOnce, ...publishedAt });
    expect(parts).toEqual([]);
    expect(stage.writes()).toEqual({});
    expect(await isUpdating(db)).toBe(false);
  });
});
