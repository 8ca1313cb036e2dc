import { expect, it } from 'vitest';
import { fixed, issue, sharedStore } from '../../../../test/support/sonarqube-stage.ts';
import { defaultSeverityMapping } from '../../../domain/severity.ts';
import { createSonarqubeSink } from '../index.ts';

const start = sharedStore();

it('an aggregation rebuilds what differs, says so, and passes the difference on', async () => {
  const { db, stage } = await start();
  const records = [issue({ key: 'a' }), issue({ key: 'b', ...fixed('2026-02-01T00:00:00.000Z') })];
  await stage.publish([{ stream: 'issues', records }]);
  const sink = createSonarqubeSink();
  const aggregate = (slice: string): Promise<boolean> =>
    db.transaction((tx) => sink.aggregate({ tx, integrationId: 1, slice }));
  expect(await aggregate('project:shop')).toBe(false);
  expect(await aggregate('project:unknown')).toBe(false);
  await db.execute(
    "update code_quality.project_daily set opened = opened + 5 where opened > 0 and counting = 'server'",
  );
  await db.execute('truncate code_quality.daily_changes');
  expect(await aggregate('project:shop')).toBe(true);
  expect(
    await db.query("select day, opened, closed from code_quality.project_daily where counting = 'server' order by day"),
  ).toEqual([
    { day: '2026-01-10', opened: 2, closed: 0 },
    { day: '2026-02-01', opened: 0, closed: 1 },
  ]);
  expect(await db.query('select opened, closed from code_quality.daily_changes')).toEqual([{ opened: -5, closed: 0 }]);
});

it('every level of the default mapping is the one of the domain', async () => {
  const { db } = await start();
  const rows = await db.query<{ axis: string; rawLevel: string; severity: string }>(
    'select axis, raw_level as "rawLevel", severity from code_quality.severity_mapping',
  );
  const sorted = (mapping: readonly { axis: string; rawLevel: string; severity: string }[]): string[] =>
    mapping.map(({ axis, rawLevel, severity }) => `${axis} ${rawLevel} ${severity}`).toSorted();
  expect(sorted(rows)).toEqual(sorted(defaultSeverityMapping));
});
