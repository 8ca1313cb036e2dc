import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../../../test/support/database.ts';
import { fixed, issue, sonarqubeStage } from '../../../../test/support/sonarqube-stage.ts';

describe('a first listing', () => {
  it('stores every issue', async () => {
    const db = await testDatabase();
    const stage = sonarqubeStage(db);
    await stage.setUp();
    const summary = await stage.publish([
      { stream: 'issues', records: [issue({ key: 'a' }), issue({ key: 'b', ...fixed('2026-02-01T00:00:00.000Z') })] },
    ]);
    expect(summary.streams).toEqual([
      { stream: 'issues', scope: 'branch:main-id', stored: 2, inserted: 2, updated: 0, gone: 0, held: false },
    ]);
  });
});
