import { describe, expect, it } from 'vitest';
import { fixed, hotspot, issue, mainBranch, project, sharedStore } from '../../../test/support/sonarqube-stage.ts';
import type { StoredFilter } from '../../connectors/contract.ts';
import { holdingsOf } from './holdings.ts';

const start = sharedStore();
const slice = 'project:shop';
const everything = { after: '', limit: 100 };

const stored = async () => {
  const { db, stage } = await start();
  await stage.publish([
    {
      stream: 'issues',
      records: [
        issue({ key: 'b' }),
        issue({ key: 'a' }),
        issue({ key: 'c', ...fixed('2026-01-02T00:00:00.000Z') }),
        issue({ key: 'd', ...fixed('2026-03-02T00:00:00.000Z') }),
      ],
    },
    { stream: 'hotspots', records: [hotspot({ key: 'h' })] },
  ]);
  return { db, stage, holdings: holdingsOf(db, 1, slice) };
};

describe('rows that are stored', () => {
  it('come in the order of their keys, with their status, a page after a key', async () => {
    const { holdings } = await stored();
    const page = (after: string) => holdings.rows('issues', mainBranch, {}, { after, limit: 3 });
    const first = await page('');
    expect(first.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect((await page('c')).map(({ key, status }) => `${key} ${status}`)).toEqual(['d CLOSED']);
    expect(await page('d')).toEqual([]);
    expect((await holdings.rows('hotspots', mainBranch, {}, everything)).map(({ key }) => key)).toEqual(['h']);
  });

  it.each<[string, StoredFilter, string[]]>([
    ['keys', { keys: ['a', 'd', 'unknown'] }, ['a', 'd']],
    ['no keys', { keys: [] }, []],
    ['a status', { status: 'CLOSED' }, ['c', 'd']],
    ['an end', { status: 'CLOSED', endedBefore: '2026-02-01T00:00:00.000Z' }, ['c']],
    ['all of it', { keys: ['a', 'd'], status: 'CLOSED', endedBefore: '2026-02-01T00:00:00.000Z' }, []],
  ])('are told apart by %s', async (_, filter, expected) => {
    const { holdings } = await stored();
    const rows = await holdings.rows('issues', mainBranch, filter, everything);
    expect(rows.map(({ key }) => key)).toEqual(expected);
  });

  it('are those of the slice, the scope and the integration alone, and not gone', async () => {
    const { db, stage, holdings } = await stored();
    await stage.setUp({ project: 'billing' });
    await stage.publish([{ stream: 'issues', records: [issue({ key: 'z' })] }], { project: 'billing' });
    expect(await holdings.rows('issues', 'another branch', {}, everything)).toEqual([]);
    expect(await holdingsOf(db, 2, slice).rows('issues', mainBranch, {}, everything)).toEqual([]);
    await db.execute("update code_quality.findings set deleted_at = now() where source_key = 'b'");
    const rows = await holdings.rows('issues', mainBranch, {}, everything);
    expect(rows.map(({ key }) => key)).toEqual(['a', 'c', 'd']);
    // The listing that named the other project left this one out.
    expect((await holdings.rows('projects', '', {}, everything)).map(({ key }) => key)).toEqual(['billing']);
  });

  it('are not told apart by what their stream does not know', async () => {
    const { stage, holdings } = await stored();
    await stage.publish([{ stream: 'projects', records: [project({ key: 'shop', name: 'shop' })] }], {
      phase: 'discovery',
    });
    await expect(async () => holdings.rows('projects', '', { status: 'OPEN' }, everything)).rejects.toThrow('status');
    await expect(async () => holdings.rows('measures', mainBranch, {}, everything)).rejects.toThrow('measures');
  });
});
