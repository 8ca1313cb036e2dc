import { expect } from 'vitest';
import { ask, type Checks, issues, type Target } from '../target.ts';

async function refusal(t: Target, path: string, query: Record<string, string | number>): Promise<string> {
  const answer = await ask(t, path, query);
  return `${answer.status} ${answer.message()}`;
}

/** Dates and paging (section 1.9). */
export const formChecks: Checks = {
  'date-forms': async (t) => {
    for (const good of ['2020-01-01', '2020-01-01T00:00:00+0000'])
      expect((await ask(t, 'api/issues/search', { createdAfter: good, ps: 1 })).status).toBe(200);
    for (const bad of ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00+00:00', '2020-01-01T00:00:00.000+0000', 'soon'])
      expect(await refusal(t, 'api/issues/search', { createdAfter: bad })).toBe(
        `400 Date '${bad}' cannot be parsed as either a date or date+time`,
      );
  },
  'date-plus-encoded': async (t) => {
    const rawQuery = 'createdAfter=2020-01-01T00:00:00+0000&ps=1';
    expect((await ask(t, 'api/issues/search', {}, { rawQuery })).status).toBe(400);
    const encoded = rawQuery.replace('+', '%2B');
    expect((await ask(t, 'api/issues/search', {}, { rawQuery: encoded })).status).toBe(200);
  },
  'date-other-offset': async (t) => {
    expect((await ask(t, 'api/issues/search', { createdAfter: '2020-01-01T00:00:00+0900', ps: 1 })).status).toBe(200);
  },
  'output-dates': async (t) => {
    const [issue] = (await issues(t, { componentKeys: t.small, ps: 1 })).issues;
    const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}$/;
    expect(issue?.creationDate).toMatch(form);
    expect(issue?.updateDate).toMatch(form);
    const analyses = await ask(t, 'api/project_analyses/search', { project: t.small, ps: 1 });
    expect(analyses.json<{ analyses: { date: string }[] }>().analyses[0]?.date).toMatch(form);
  },
  'page-size-501': async (t) => {
    const words = "400 'ps' value (501) must be less than 500";
    expect(await refusal(t, 'api/issues/search', { ps: 501 })).toBe(words);
    expect(await refusal(t, 'api/projects/search', { ps: 501 })).toBe(words);
    expect(await refusal(t, 'api/project_analyses/search', { project: t.small, ps: 501 })).toBe(words);
    if (t.profile.lists) expect(await refusal(t, 'api/issues/list', { project: t.small, ps: 501 })).toBe(words);
  },
  'page-size-0': async (t) => {
    expect(await refusal(t, 'api/issues/search', { ps: 0 })).toBe('400 Page size must be between 1 and 500 (got 0)');
  },
  'page-0': async (t) => {
    expect(await refusal(t, 'api/issues/search', { p: 0 })).toBe('400 Page must be greater or equal to 1 (got 0)');
  },
};
