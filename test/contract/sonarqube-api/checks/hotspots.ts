import { expect } from 'vitest';
import { ask, type Checks, type Target } from '../target.ts';

async function refusal(t: Target, query: Record<string, string | number>): Promise<string> {
  const answer = await ask(t, 'api/hotspots/search', query);
  return `${answer.status} ${answer.message()}`;
}

/** Security hotspots (section 4.1). */
export const hotspotChecks: Checks = {
  'hotspots-parameter': async (t) => {
    const name = t.profile.hotspotsProjectParameter ? 'project' : 'projectKey';
    const neither = `400 A value must be provided for either parameter '${name}' or parameter 'hotspots'`;
    expect(await refusal(t, {})).toBe(neither);
    const answer = await ask(t, 'api/hotspots/search', { projectKey: t.small });
    expect(answer.json()).toMatchObject({ paging: { pageIndex: 1, pageSize: 100 }, hotspots: expect.any(Array) });
    if (t.profile.hotspotsProjectParameter)
      expect((await ask(t, 'api/hotspots/search', { project: t.small })).status).toBe(200);
    else expect(await refusal(t, { project: t.small })).toBe(neither);
  },
  'hotspots-page-size': async (t) => {
    expect(await refusal(t, { projectKey: t.small, ps: 501 })).toBe(
      '400 Page size must be between 1 and 500 (got 501)',
    );
  },
  'hotspots-resolution': async (t) => {
    expect(await refusal(t, { projectKey: t.small, resolution: 'SAFE' })).toBe(
      "400 Value 'SAFE' of parameter 'resolution' can only be provided if value of parameter 'status' is 'REVIEWED'",
    );
  },
  'hotspots-unknown-project': async (t) => {
    const word = t.profile.uuidKeys ? 'Project' : 'Component key';
    expect(await refusal(t, { projectKey: 'nope' })).toBe(`404 ${word} 'nope' not found`);
  },
  'hotspots-window': async (t) => {
    expect(await refusal(t, { projectKey: t.small, p: 21, ps: 500 })).toBe(
      '400 Can return only the first 10000 results. 10500th result asked.',
    );
  },
};
