import { describe, expect, it } from 'vitest';
import { analysis, branch, sonarqubeStage } from '../../../../test/support/sonarqube-stage.ts';
import { testDatabase } from '../../../../test/support/database.ts';
import type { Announcement } from '../../../domain/announcement.ts';

const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';

describe('what other rooms and outside programs are told of a publish', () => {
  it('a gate that turned, once, with its commit; a branch seen for the first time has not turned', async () => {
    const announced: Announcement[] = [];
    const stage = sonarqubeStage(await testDatabase(), async (_, event) => void announced.push(event));
    await stage.setUp();
    const feature = { key: 'branch:f', name: 'feature', isMain: false, gateStatus: 'ERROR' as const };
    await stage.publish([{ stream: 'branches', records: [branch(), branch(feature)] }]);
    expect(announced).toEqual([]);
    const turned = [
      { stream: 'branches' as const, records: [branch({ gateStatus: 'ERROR' }), branch(feature)] },
      { stream: 'analyses' as const, records: [analysis({ key: 'a', revision: commit, gateStatus: 'ERROR' })] },
    ];
    const { changes } = await stage.publish(turned);
    expect(changes.map(({ kind }) => kind)).toEqual(['project', 'analysis']);
    expect(announced).toMatchObject([
      {
        type: 'gate.changed',
        data: { project: { key: 'shop' }, scope: 'branch main', before: 'OK', after: 'ERROR', revision: commit },
      },
    ]);
    expect((await stage.publish(turned)).changes).toEqual([]);
    expect(announced).toHaveLength(1);
  });

  it('each changed analysis of a commit; the project where there are many; none without a commit', async () => {
    const stage = sonarqubeStage(await testDatabase());
    await stage.setUp();
    const many = (count: number, revision: string | null) =>
      Array.from({ length: count }, (_, n) =>
        analysis({ key: `${revision}${count}-${n}`, revision, analyzedAt: `2026-01-${10 + n}T08:00:00.000Z` }),
      );
    const kinds = async (records: object[]): Promise<string[]> =>
      (await stage.publish([{ stream: 'analysis_history', records }], { phase: 'history' })).changes.map(
        ({ kind }) => kind,
      );
    expect(await kinds(many(2, commit))).toEqual(['project', 'analysis', 'analysis']);
    expect(await kinds(many(2, null))).toEqual(['project']);
    expect(await kinds(many(21, commit))).toEqual(['project', 'analyses_of_project']);
  });
});
