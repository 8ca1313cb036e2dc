import { expect, it } from 'vitest';
import {
  analysis,
  branch,
  hotspot,
  issue,
  measure,
  metric,
  project,
  rule,
  sharedStore,
  type SonarqubeStage,
} from '../../../test/support/sonarqube-stage.ts';
import type { Database } from '../../platform/database/index.ts';
import { codeQualityData } from './index.ts';

const start = sharedStore();

async function fill(stage: SonarqubeStage, integrationId: number, prefix: string): Promise<void> {
  const discovery = { phase: 'discovery', integrationId } as const;
  await stage.publish(
    [
      { stream: 'projects', records: [project(), project({ key: 'second' })] },
      { stream: 'metrics', records: [metric('ncloc')] },
    ],
    discovery,
  );
  for (const key of ['shop', 'second'])
    await stage.publish(
      [
        { stream: 'branches', records: [branch()] },
        { stream: 'rules', records: [rule({ key: 'javascript:S1' })] },
        { stream: 'analyses', records: [analysis({ key: 'k' })] },
        { stream: 'measures', records: [measure('ncloc', '1')] },
        {
          stream: 'issues',
          records: Array.from({ length: 7 }, (_, n) => issue({ key: `${prefix}${key}${n}`, tags: ['x'] })),
        },
        { stream: 'hotspots', records: [hotspot({ key: `${prefix}${key}h` })] },
      ],
      { project: key, integrationId },
    );
}

async function tableCounts(db: Database): Promise<Record<string, number>> {
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'code_quality' and table_name not in ('severity_mapping', 'daily_changes', 'changed_projects', 'resolved_as') order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { n } = await db.one<{ n: number }>(`select count(*) as n from code_quality.${name}`);
    if (n > 0) counts[name] = n;
  }
  return counts;
}

it('removes every row of one integration in batches, and takes its numbers out of the roll-ups', async () => {
  const { db, stage } = await start();
  await db.execute(
    'truncate code_quality.projects, code_quality.project_daily, code_quality.daily_changes, code_quality.changed_projects cascade',
  );
  await fill(stage, 1, 'a');
  const before = await tableCounts(db);
  await fill(stage, 2, 'b');
  const data = codeQualityData(db);
  expect(await data.count(2)).toBe(2 * 8 + 2 + 2 + 2);
  let batches = 0;
  while ((await db.transaction((tx) => data.purge(tx, 2, 5))) > 0) batches += 1;
  expect(batches).toBeGreaterThan(5);
  expect(await tableCounts(db)).toEqual(before);
  expect(await data.count(2)).toBe(0);
  const rest = await db.query(
    `select sum(opened)::int as opened from (select opened from code_quality.daily_changes
      union all select -opened from code_quality.project_daily) x`,
  );
  expect(rest).toEqual([{ opened: 0 }]);
});

it('has nothing of an integration it never stored', async () => {
  const { db } = await start();
  const data = codeQualityData(db);
  expect(await db.transaction((tx) => data.purge(tx, 99, 5))).toBe(0);
  expect(await data.count(99)).toBe(0);
});
