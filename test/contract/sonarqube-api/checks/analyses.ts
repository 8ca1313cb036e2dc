import { expect } from 'vitest';
import { ask, type Checks, instantOf, moved, type Target } from '../target.ts';

interface AnalysisPage {
  paging: { total: number };
  analyses: { key: string; date: string; events: { category: string }[] }[];
}

const analysesOf = async (t: Target, query: Record<string, string | number> = {}): Promise<AnalysisPage> =>
  (await ask(t, 'api/project_analyses/search', { project: t.small, ...query })).json<AnalysisPage>();

async function refusal(t: Target, query: Record<string, string>): Promise<string> {
  const answer = await ask(t, 'api/qualitygates/project_status', query);
  return `${answer.status} ${answer.message()}`;
}

/** Analyses and quality gates (sections 6.1 to 6.3). */
export const analysisChecks: Checks = {
  'analyses-order': async (t) => {
    const { analyses, paging } = await analysesOf(t, { ps: 500 });
    expect(paging.total).toBeGreaterThan(1);
    const times = analyses.map((analysis) => instantOf(analysis.date));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const date = moved(analyses[0]?.date ?? '', 0);
    expect((await analysesOf(t, { from: date, to: date })).analyses).toHaveLength(1);
    expect((await analysesOf(t, { p: 100, ps: 500 })).analyses).toEqual([]);
  },
  'status-parameters': async (t) => {
    const words = "400 Either 'analysisId', 'projectId' or 'projectKey' must be provided";
    expect(await refusal(t, {})).toBe(words);
    expect(await refusal(t, { projectKey: t.small, analysisId: 'x' })).toBe(words);
  },
  'status-errors': async (t) => {
    expect(await refusal(t, { analysisId: 'nope' })).toBe("404 Analysis with id 'nope' is not found");
    expect(await refusal(t, { projectKey: 'nope' })).toBe("404 Project 'nope' not found");
    expect(await refusal(t, { projectKey: t.small, branch: 'nope' })).toBe(
      `404 Branch 'nope' in project '${t.small}' not found`,
    );
  },
  'status-none': async (t) => {
    const answer = await ask(t, 'api/qualitygates/project_status', { projectKey: t.empty });
    expect(answer.json()).toMatchObject({ projectStatus: { status: 'NONE', conditions: [] } });
  },
  'status-by-analysis': async (t) => {
    for (const analysis of (await analysesOf(t, { ps: 500 })).analyses) {
      const answer = await ask(t, 'api/qualitygates/project_status', { analysisId: analysis.key });
      expect(answer.json()).toMatchObject({ projectStatus: { status: expect.stringMatching(/^(OK|ERROR|NONE)$/) } });
    }
  },
  'gate-catalogue': async (t) => {
    const answer = await ask(t, 'api/qualitygates/list');
    const { qualitygates } = answer.json<{ qualitygates: { name: string; isDefault: boolean; id?: string }[] }>();
    const standard = qualitygates.find((gate) => gate.name === 'Sonar way');
    expect(standard).toMatchObject({ isDefault: true, isBuiltIn: true });
    expect(typeof standard?.id).toBe(t.profile.uuidKeys ? 'undefined' : 'string');
    const show = await ask(t, 'api/qualitygates/show', { name: 'Sonar way' });
    const { conditions } = show.json<{ conditions: object[] }>();
    expect(conditions[0]).toMatchObject({
      id: expect.any(String),
      metric: expect.any(String),
      op: expect.stringMatching(/^(GT|LT)$/),
      error: expect.any(String),
    });
    const missing = await ask(t, 'api/qualitygates/show', { name: 'nope' });
    expect(missing.status).toBe(404);
  },
};
