import { expect } from 'vitest';
import type { Simulator } from '../../../../lab/simulators/sonarqube/index.ts';
import { readPull } from '../checks/enumeration.ts';
import type { Issue } from '../target.ts';
import { asking, type SimulatedChecks, type StartSimulator } from './settings.ts';

const found = new Date('2026-06-01T10:00:00Z');
const today = new Date('2026-11-21T10:00:00Z');

async function edited(start: StartSimulator): Promise<{ simulator: Simulator; key: string }> {
  const simulator = await start({
    profile: '26.9',
    now: () => today,
    scenario: (state) => state.addProject({ key: 'p', analyses: [{ at: found, issues: { count: 10 } }] }),
  });
  return { simulator, key: simulator.state.issueKeys('p')[3] ?? '' };
}

async function issueOf(simulator: Simulator, key: string): Promise<Issue | undefined> {
  return (await asking(simulator)('api/issues/search', { issues: key })).json<{ issues: Issue[] }>().issues[0];
}

/** Rules about changes that would disturb the other readers of a shared server. */
export const editingChecks: SimulatedChecks = {
  'accepted-has-no-close-date': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.accept(key);
    const issue = await issueOf(simulator, key);
    expect(issue).toMatchObject({ status: 'RESOLVED', resolution: 'WONTFIX', issueStatus: 'ACCEPTED' });
    expect(issue?.closeDate).toBeUndefined();
    simulator.state.falsePositive(key);
    expect(await issueOf(simulator, key)).toMatchObject({
      resolution: 'FALSE-POSITIVE',
      issueStatus: 'FALSE_POSITIVE',
    });
  },
  'pull-severity-by-hand': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.setSeverity(key, 'BLOCKER');
    const answer = await asking(simulator)('api/issues/pull', { projectKey: 'p', branchName: 'main' });
    const { severities, serverTime } = readPull(answer.bytes);
    expect([...severities]).toEqual([[key, 5]]);
    expect(serverTime).toBe(today.getTime());
  },
  'manual-change-moves-update-date': async (start) => {
    const { simulator, key } = await edited(start);
    expect(await issueOf(simulator, key)).toMatchObject({ updateDate: '2026-06-01T10:00:00+0000' });
    simulator.state.setSeverity(key, 'INFO');
    expect(await issueOf(simulator, key)).toMatchObject({ severity: 'INFO', updateDate: '2026-11-21T10:00:00+0000' });
    const newest = await asking(simulator)('api/issues/search', { s: 'UPDATE_DATE', asc: 'false', ps: 1 });
    expect(newest.json<{ issues: Issue[] }>().issues[0]?.key).toBe(key);
    const log = await asking(simulator)('api/issues/changelog', { issue: key });
    expect(log.text).toContain('"key":"severity"');
  },
  'moved-line-keeps-update-date': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.moveLine(key, 77);
    expect(await issueOf(simulator, key)).toMatchObject({ line: 77, updateDate: '2026-06-01T10:00:00+0000' });
    const query = { projectKey: 'p', branchName: 'main', changedSince: found.getTime() + 1000 };
    expect(readPull((await asking(simulator)('api/issues/pull', query)).bytes).present).toEqual([]);
  },
  'closed-are-dropped': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.closeIssue(key);
    expect(await issueOf(simulator, key)).toMatchObject({ status: 'CLOSED', closeDate: '2026-11-21T10:00:00+0000' });
    const query = { projectKey: 'p', branchName: 'main', changedSince: today.getTime() };
    expect(readPull((await asking(simulator)('api/issues/pull', query)).bytes).closed).toEqual([key]);
    expect(simulator.state.purgeClosedBefore(new Date(today.getTime() + 1000))).toBe(1);
    expect(await issueOf(simulator, key)).toBeUndefined();
    expect(readPull((await asking(simulator)('api/issues/pull', query)).bytes).closed).toEqual([]);
  },
};
