import { expect } from 'vitest';
import {
  loadRecordings,
  recordedAnswers,
  recordedShop,
  type Recording,
} from '../../../../lab/simulators/sonarqube/recorded.ts';
import { differences, shapeOf } from '../shape.ts';
import { asking, type SimulatedChecks, type StartSimulator } from './settings.ts';

/** Recorded answers whose request the simulator can be asked as it is: those of the first set, without chosen keys. */
function comparable(recording: Recording): boolean {
  if (recording.method !== 'GET' || typeof recording.body !== 'string') return false;
  if (recording.moment !== 'first_set') return false;
  const unlike =
    /changelog|issue_snippets|deliver|new_code_periods|ce\/task|ce\/activity|webhooks|settings|list-file|by-key|by-analysis-id|status-branch.json|pr-10[789]|pr-11/;
  return !unlike.test(`${recording.path} ${recording.file}`);
}

/** 26.4 is older than the profile that is asked; what it answers differently, and what depends on the data. */
const tolerated = [
  /is missing in some$/,
  /^facets\[\]/,
  /^(users|languages|rules)/,
  /tags/,
  /qualityProfiles|configuration|isAiCodeFix/,
  /^projectStatus\.(period|conditions)/,
  /measures\[\]/,
  /^measures/,
  /^period/,
  /events|revision|projectVersion|leakPeriodDate/,
  /comments\[\]|actions\[\]|transitions\[\]/,
  /line is missing|closeDate|resolution|assignee|externalRuleEngine|(hotspots\[\]\.resolution)/,
  /current\.(submitterLogin|errorMessage)/,
];

async function wordsOf(start: StartSimulator): Promise<string[]> {
  const get = asking(await start({ profile: '26.9-developer', scenario: recordedShop }));
  const words: string[] = [];
  for (const recording of loadRecordings().filter(comparable)) {
    const answer = await get(recording.path, Object.fromEntries(recording.query));
    if (answer.status !== recording.status) words.push(`${recording.file}: ${answer.status} not ${recording.status}`);
    else if (recording.status >= 400) {
      if (answer.message() !== JSON.parse(String(recording.body)).errors[0].msg)
        words.push(`${recording.file}: ${answer.message()}`);
    } else {
      const found = differences(shapeOf(JSON.parse(String(recording.body))), shapeOf(answer.json()));
      words.push(...found.filter((w) => !tolerated.some((one) => one.test(w))).map((w) => `${recording.file}: ${w}`));
    }
  }
  return words;
}

export const recordedChecks: SimulatedChecks = {
  'recorded-branches': async (start) => {
    expect(await wordsOf(start)).toEqual([]);
    const recorded = recordedAnswers('first_set');
    const get = asking(await start({ profile: '26.9-developer', scenario: recordedShop, before: recorded.before }));
    const pulls = async (): Promise<number> =>
      (await get('api/project_pull_requests/list', { project: 'shop' })).json<{ pullRequests: object[] }>().pullRequests
        .length;
    expect(await pulls()).toBe(6);
    recorded.goTo('final');
    // 101 was deleted, 107 to 112 came.
    expect(await pulls()).toBe(11);
    const issues = await get('api/issues/search', { componentKeys: 'shop', pullRequest: '102', ps: 500, p: 1 });
    expect(issues.json<{ total: number; issues: object[] }>().issues).toHaveLength(6);
    const measures = await get('api/measures/component', {
      component: 'shop',
      pullRequest: '102',
      metricKeys: 'new_violations',
    });
    expect(measures.json<{ component: { measures: object[] } }>().component.measures).toHaveLength(1);
  },
};
