import { expect } from 'vitest';
import { ask, type Checks, type IssuePage, issues } from '../target.ts';

function facet(page: IssuePage, name: string): { val: string; count: number }[] {
  return page.facets.find((one) => one.property === name)?.values ?? [];
}

const sum = (values: readonly { count: number }[]): number => values.reduce((total, value) => total + value.count, 0);

/** The window of 10,000 and the facets that lead around it (sections 3.3 and 3.4). */
export const windowChecks: Checks = {
  'result-window': async (t) => {
    const beyond = await ask(t, 'api/issues/search', { componentKeys: t.large, p: 21, ps: 500 });
    expect([beyond.status, beyond.message()]).toEqual([
      400,
      'Can return only the first 10000 results. 10500th result asked.',
    ]);
    const edge = await ask(t, 'api/issues/search', { componentKeys: t.large, p: 33, ps: 303 });
    expect(edge.status).toBe(200);
    expect(edge.json<IssuePage>().issues).toHaveLength(303);
  },
  'total-above-window': async (t) => {
    const page = await issues(t, { componentKeys: t.large, ps: 1, facets: 'types' });
    expect(page.paging.total).toBeGreaterThan(10_000);
    expect(page.paging.total).toBe(sum(facet(page, 'types')));
  },
  'facet-cap-100': async (t) => {
    const page = await issues(t, { componentKeys: t.large, ps: 1, facets: 'files' });
    expect(facet(page, 'files')).toHaveLength(100);
    expect(sum(facet(page, 'files'))).toBeLessThan(page.total);
  },
  'facet-sum': async (t) => {
    const names = ['types', 'severities', 'statuses', 'rules', 'scopes'];
    const page = await issues(t, { componentKeys: t.small, ps: 1, facets: names.join(',') });
    for (const name of names) expect([name, sum(facet(page, name))]).toEqual([name, page.total]);
  },
  'facet-sticky': async (t) => {
    const all = await issues(t, { componentKeys: t.small, ps: 1, facets: 'severities,types' });
    const severity = facet(all, 'severities').find((value) => value.count > 0)?.val ?? '';
    const one = await issues(t, { componentKeys: t.small, ps: 1, facets: 'severities,types', severities: severity });
    const bySeverity = (values: { val: string; count: number }[]) =>
      [...values].sort((a, b) => (a.val < b.val ? -1 : 1));
    expect(bySeverity(facet(one, 'severities'))).toEqual(bySeverity(facet(all, 'severities')));
    expect(sum(facet(one, 'types'))).toBe(one.total);
  },
  'facet-projects-sticky': async (t) => {
    const page = await issues(t, { componentKeys: t.small, ps: 1, facets: 'projects' });
    const all = await issues(t, { ps: 1 });
    expect(sum(facet(page, 'projects'))).toBe(all.total);
    expect(facet(page, 'projects').find((value) => value.val === t.small)?.count).toBe(page.total);
  },
  'facet-zero-values': async (t) => {
    const names = ['severities', 'types', 'statuses', 'resolutions'];
    const page = await issues(t, { componentKeys: t.small, rules: 'nope:nope', ps: 1, facets: names.join(',') });
    const values = (name: string): string[] =>
      facet(page, name)
        .map((value) => value.val)
        .sort();
    expect(values('severities')).toEqual(['BLOCKER', 'CRITICAL', 'INFO', 'MAJOR', 'MINOR']);
    expect(values('types')).toEqual(['BUG', 'CODE_SMELL', 'VULNERABILITY']);
    const sandbox = t.profile.issueMembers26 ? ['IN_SANDBOX'] : [];
    expect(values('statuses')).toEqual([...sandbox, 'CLOSED', 'CONFIRMED', 'OPEN', 'REOPENED', 'RESOLVED'].sort());
    expect(values('resolutions')).toEqual(['', 'FALSE-POSITIVE', 'FIXED', 'REMOVED', 'WONTFIX']);
    expect(names.flatMap((name) => facet(page, name)).every((value) => value.count === 0)).toBe(true);
  },
  'file-slices': async (t) => {
    const page = await issues(t, { componentKeys: t.large, ps: 1, facets: 'files' });
    const some = facet(page, 'files').slice(0, 7);
    const files = some.map((value) => value.val).join(',');
    const slice = await issues(t, { componentKeys: t.large, files, ps: 500 });
    expect(slice.total).toBe(sum(some));
    const paths = new Set(slice.issues.map((issue) => issue.component.slice(t.large.length + 1)));
    expect(some.map((value) => value.val)).toEqual(expect.arrayContaining([...paths]));
  },
  'tree-file-counts': async (t) => {
    let counted = 0;
    const sort = { s: 'metric', metricSort: 'violations', asc: 'false' };
    for (let p = 1; ; p += 1) {
      const query = { component: t.large, strategy: 'leaves', metricKeys: 'violations', ...sort, p, ps: 500 };
      const answer = await ask(t, 'api/measures/component_tree', query);
      const { components } = answer.json<{ components: { measures: { value: string }[] }[] }>();
      if (components.length === 0) break;
      counted += components.reduce((total, one) => total + Number(one.measures[0]?.value ?? 0), 0);
    }
    expect(counted).toBe((await issues(t, { componentKeys: t.large, resolved: 'false', ps: 1 })).total);
    const far = { component: t.large, strategy: 'leaves', metricKeys: 'violations', p: 21, ps: 500 };
    expect((await ask(t, 'api/measures/component_tree', far)).status).toBe(200);
  },
  'facet-needs-project': async (t) => {
    const answer = await ask(t, 'api/issues/search', { facets: 'files,directories' });
    expect([answer.status, answer.message()]).toEqual([
      400,
      "Facet(s) 'files,directories' require to also filter by project",
    ]);
  },
  'facet-impact-severities': async (t) => {
    if (!t.profile.impacts) {
      expect((await ask(t, 'api/issues/search', { facets: 'impactSeverities' })).status).toBe(400);
      return;
    }
    const query = { componentKeys: t.small, impactSoftwareQualities: 'SECURITY', facets: 'impactSeverities', ps: 1 };
    const page = await issues(t, query);
    expect(page.total).toBeGreaterThan(0);
    expect(sum(facet(page, 'impactSeverities'))).toBe(page.total);
  },
};
