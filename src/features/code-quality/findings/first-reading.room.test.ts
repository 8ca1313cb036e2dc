import { describe, expect, it } from 'vitest';
import {
  accepted,
  branch,
  findingContents,
  fixed,
  hotspot,
  issue,
  type Listing,
  mainBranch,
  sharedStore,
} from '../../../../test/support/sonarqube-stage.ts';
import type { Database } from '../../../platform/database/index.ts';

const start = sharedStore();
const otherBranch = 'branch:other-id';

const many = Array.from({ length: 1_200 }, (_, index) => `k${String(index).padStart(4, '0')}`);

const records = many.map((key, index) =>
  issue({
    key,
    rule: `javascript:S${index % 7}`,
    path: `src/${index % 90}.js`,
    author: index % 3 === 0 ? `person-${index % 40}` : null,
    assignee: index % 5 === 0 ? `person-${index % 20}` : null,
    tags: index % 4 === 0 ? ['cwe', `tag-${index % 11}`] : [],
    ...(index % 10 === 0 ? accepted('2026-02-01T08:00:00.000Z') : {}),
    ...(index % 13 === 0 ? fixed('2026-02-02T08:00:00.000Z') : {}),
  }),
);

const listings = (issues: readonly object[]): Listing[] => [
  { stream: 'branches', records: [branch(), branch({ key: otherBranch, name: 'other', isMain: false })] },
  { stream: 'issues', records: issues },
  { stream: 'issues', scope: otherBranch, records: many.slice(0, 30).map((key) => issue({ key: `o${key}` })) },
  { stream: 'hotspots', records: many.slice(0, 20).map((key) => hotspot({ key: `h${key}` })) },
];

const storedIn = async (db: Database, project: string): Promise<string[]> => {
  const rows = await db.query<{ key: string }>(
    `select f.source_key as key from code_quality.findings f join code_quality.projects p on p.id = f.project_id
      where p.source_key = $1 and f.deleted_at is null order by 1`,
    [project],
  );
  return rows.map((row) => row.key);
};

describe('a first reading of many findings', () => {
  it('leaves what the same reading leaves that began with a few', async () => {
    const once = await start();
    const summary = await once.stage.publish(listings(records));
    expect(summary.streams.find(({ stream, scope }) => stream === 'issues' && scope === mainBranch)).toMatchObject({
      inserted: 1_200,
      updated: 0,
      gone: 0,
      stored: 1_200,
    });
    const atOnce = await findingContents(once.db);

    const twice = await start();
    await twice.stage.publish(listings(records.slice(0, 3)));
    await twice.stage.publish(listings(records));
    expect(await findingContents(twice.db)).toEqual(atOnce);
  });

  it('takes of a page that was read twice the later records', async () => {
    const { db, stage } = await start();
    const again = records.slice(500, 1_000).map((record) => ({ ...record, line: 77 }));
    const { streams } = await stage.publish(listings([...records, ...again]));
    expect(streams.find(({ stream, scope }) => stream === 'issues' && scope === mainBranch)).toMatchObject({
      inserted: 1_200,
      stored: 1_200,
    });
    const { n } = await db.one<{ n: number }>('select count(*) as n from code_quality.findings where line = 77');
    expect(n).toBe(500);
  });

  it('moves what another project held', async () => {
    const { db, stage } = await start();
    await stage.setUp({ project: 'older' });
    await stage.publish([{ stream: 'issues', records: records.slice(0, 40) }], { project: 'older' });
    await stage.publish(listings(records));
    expect(await storedIn(db, 'older')).toEqual([]);
    expect((await storedIn(db, 'shop')).filter((key) => key.startsWith('k'))).toEqual(many);
  });

  it('of the one branch says nothing of what another has lost', async () => {
    const { db, stage } = await start();
    await stage.publish(listings(records));
    const { streams } = await stage.publish([
      { stream: 'issues', records },
      { stream: 'issues', scope: otherBranch, records: [] },
    ]);
    expect(streams.map(({ scope, gone, stored }) => [scope, gone, stored])).toEqual([
      [mainBranch, 0, 1_200],
      [otherBranch, 30, 0],
    ]);
    expect(await storedIn(db, 'shop')).toHaveLength(1_220);
  });
});
