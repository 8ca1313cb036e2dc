import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { ask, type Checks, type Parameters, type Target } from '../target.ts';

type Row = [path: string, query: Parameters];

/** Requests that are wrong in one way each. */
function wrongRequests(t: Target): Row[] {
  return [
    ['api/issues/search', { types: 'NOPE' }],
    ['api/issues/search', { severities: 'NOPE' }],
    ['api/issues/search', { statuses: 'NOPE' }],
    ['api/issues/search', { resolutions: 'NOPE' }],
    ['api/issues/search', { facets: 'nope' }],
    ['api/issues/search', { s: 'NOPE' }],
    ['api/issues/search', { asc: 'maybe' }],
    ['api/issues/search', { resolved: 'maybe' }],
    ['api/issues/search', { scopes: 'NOPE' }],
    ['api/issues/search', { additionalFields: 'nope' }],
    ['api/issues/search', { ps: 'x' }],
    ['api/issues/search', { p: 'x' }],
    ['api/issues/search', { p: -1 }],
    ['api/issues/search', { ps: -1 }],
    ['api/issues/search', { impactSeverities: 'NOPE' }],
    ['api/issues/search', { issueStatuses: 'NOPE' }],
    ['api/issues/search', { impactSoftwareQualities: 'NOPE' }],
    ['api/issues/search', { createdAt: 'x' }],
    ['api/issues/search', { createdBefore: 'x' }],
    ['api/issues/search', { files: 'src/a.txt' }],
    ['api/issues/search', { directories: 'src' }],
    ['api/issues/search', { componentKeys: t.small, inNewCodePeriod: 'true', createdAfter: '2020-01-01' }],
    ['api/issues/search', { inNewCodePeriod: 'true' }],
    ['api/issues/search', { componentKeys: t.small + ',' + t.large, inNewCodePeriod: 'true' }],
    ['api/issues/search', { facets: 'files' }],
    ['api/issues/search', { facets: 'directories,types' }],
    ['api/issues/search', { rules: 'a:b,c' }],
    ['api/issues/search', { projects: t.small, componentKeys: 'nope', ps: 1 }],
    ['api/issues/search', { p: 10001, ps: 1 }],
    ['api/issues/search', { p: 20, ps: 500 }],
    ['api/issues/search', { createdAfter: '2020-01-01', createdInLast: '1d' }],
    ['api/issues/search', { createdInLast: '1d2w', ps: 1 }],
    ['api/issues/search', { createdBefore: '1990-01-01', ps: 1 }],
    ['api/issues/list', { project: t.small, types: 'NOPE' }],
    ['api/issues/list', { project: t.small, ps: 0 }],
    ['api/issues/list', { project: t.small, p: 0 }],
    ['api/issues/list', { component: 'nope' }],
    ['api/issues/list', { component: t.small + ':nope.txt' }],
    ['api/issues/list', { project: t.small, branch: 'x', pullRequest: '1' }],
    ['api/issues/list', { project: t.small, pullRequest: '1' }],
    ['api/issues/list', { project: t.small, resolved: 'maybe' }],
    ['api/issues/list', { project: t.small, component: t.small, ps: 1 }],
    ['api/issues/pull', {}],
    ['api/issues/pull', { branchName: 'main' }],
    ['api/issues/pull', { projectKey: 'nope', branchName: 'main' }],
    ['api/issues/pull', { projectKey: t.small, branchName: 'main', changedSince: 'x' }],
    ['api/issues/pull_taint', {}],
    ['api/issues/pull_taint', { projectKey: t.small, branchName: 'nope' }],
    ['api/issues/changelog', {}],
    ['api/components/show', {}],
    ['api/components/show', { component: t.small + ':nope' }],
    ['api/components/show', { component: t.small, branch: 'x' }],
    ['api/components/search', {}],
    ['api/components/search', { qualifiers: 'NOPE' }],
    ['api/components/search_projects', { ps: 501 }],
    ['api/components/search_projects', { ps: 0 }],
    ['api/components/search_projects', { p: 0 }],
    ['api/components/search_projects', { f: 'nope' }],
    ['api/projects/search', { ps: 0 }],
    ['api/projects/search', { p: 0 }],
    ['api/projects/search', { qualifiers: 'NOPE' }],
    ['api/projects/search', { projects: 'nope' }],
    ['api/measures/component', {}],
    ['api/measures/component', { component: t.small }],
    ['api/measures/component', { component: 'nope', metricKeys: 'ncloc' }],
    ['api/measures/component', { metricKeys: 'ncloc' }],
    ['api/measures/component', { component: t.small, metricKeys: 'ncloc', pullRequest: '1' }],
    ['api/measures/component', { component: t.small, metricKeys: 'a,b' }],
    ['api/measures/component', { component: t.small, metricKeys: 'ncloc', branch: 'x', pullRequest: '1' }],
    ['api/measures/component', { component: t.small, metricKeys: 'ncloc', additionalFields: 'nope' }],
    ['api/measures/component_tree', {}],
    ['api/measures/component_tree', { component: t.small }],
    ['api/measures/component_tree', { component: 'nope', metricKeys: 'ncloc' }],
    ['api/measures/component_tree', { component: t.small, metricKeys: 'nope' }],
    ['api/measures/component_tree', { component: t.small, metricKeys: 'ncloc', ps: 501 }],
    ['api/measures/component_tree', { component: t.small, metricKeys: 'ncloc', s: 'metric' }],
    ['api/measures/component_tree', { component: t.small, metricKeys: 'ncloc', strategy: 'nope' }],
    ['api/measures/component_tree', { component: t.small, metricKeys: 'ncloc', branch: 'x', pullRequest: '1' }],
    ['api/measures/search_history', {}],
    ['api/measures/search_history', { component: t.small }],
    ['api/measures/search_history', { component: 'nope', metrics: 'ncloc' }],
    ['api/measures/search_history', { component: t.small, metrics: 'ncloc', from: 'x' }],
    ['api/measures/search_history', { component: t.small, metrics: 'ncloc', p: 0 }],
    ['api/measures/search_history', { component: t.small, metrics: 'ncloc', ps: 0 }],
    ['api/measures/search_history', { component: t.small, metrics: 'ncloc', branch: 'x', pullRequest: '1' }],
    ['api/measures/search_history', { component: t.small, metrics: 'ncloc', pullRequest: '1' }],
    ['api/measures/search', {}],
    ['api/measures/search', { projectKeys: t.small }],
    ['api/measures/search', { projectKeys: t.small, metricKeys: 'nope' }],
    ['api/metrics/search', { ps: 501 }],
    ['api/metrics/search', { ps: 0 }],
    ['api/metrics/search', { p: 0 }],
    ['api/project_analyses/search', {}],
    ['api/project_analyses/search', { project: 'nope' }],
    ['api/project_analyses/search', { project: t.small, from: 'x' }],
    ['api/project_analyses/search', { project: t.small, category: 'NOPE' }],
    ['api/project_analyses/search', { project: t.small, ps: 0 }],
    ['api/project_analyses/search', { project: t.small, p: 0 }],
    ['api/project_analyses/search', { project: t.small, pullRequest: '1', ps: 1 }],
    ['api/qualitygates/project_status', { projectId: 'nope' }],
    ['api/qualitygates/project_status', { projectKey: t.small, branch: 'x', pullRequest: '1' }],
    ['api/qualitygates/project_status', { projectKey: t.small, pullRequest: '1' }],
    ['api/qualitygates/show', {}],
    ['api/qualitygates/show', { name: 'nope' }],
    ['api/qualitygates/get_by_project', {}],
    ['api/qualitygates/get_by_project', { project: 'nope' }],
    ['api/project_branches/list', {}],
    ['api/project_branches/list', { project: 'nope' }],
    ['api/ce/component', {}],
    ['api/ce/component', { component: 'nope' }],
    ['api/ce/analysis_status', {}],
    ['api/ce/analysis_status', { component: 'nope' }],
    ['api/ce/analysis_status', { component: t.small, branch: 'nope' }],
    ['api/ce/analysis_status', { component: t.small, pullRequest: '1' }],
    ['api/navigation/component', { component: 'nope' }],
    ['api/hotspots/search', { projectKey: t.small, status: 'NOPE' }],
    ['api/hotspots/search', { projectKey: t.small, ps: 0 }],
    ['api/hotspots/search', { projectKey: t.small, p: 0 }],
    ['api/hotspots/search', { projectKey: t.small, branch: 'x' }],
    ['api/hotspots/search', { projectKey: t.small, pullRequest: 'x' }],
    ['api/hotspots/list', {}],
    ['api/hotspots/list', { project: 'nope' }],
    ['api/hotspots/list', { project: t.small, ps: 501 }],
    ['api/rules/show', {}],
    ['api/rules/show', { key: 'nope' }],
    ['api/rules/show', { key: 'nope:nope' }],
    ['api/rules/search', { ps: 501 }],
    ['api/rules/search', { rule_key: 'nope' }],
    ['api/rules/search', { p: 21, ps: 500 }],
    ['api/webhooks/list', { project: 'nope' }],
    ['api/settings/values', { keys: 'nope' }],
    ['api/organizations/search', {}],
    ['api/projects/export_findings', { project: t.small }],
    ['api/v2/nope', {}],
  ];
}

/** Status and words of each refusal, by request and token; lists of allowed values are left out, they are data. */
export async function refusalsOf(t: Target): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const plain = (text: string): string => text.replaceAll(t.small, '<small>').replaceAll(t.large, '<large>');
  for (const [path, query] of wrongRequests(t))
    for (const as of ['admin', 'browse', 'analysis'] as const) {
      const answer = await ask(t, path, query, { as });
      const words = answer.status < 400 ? '' : answer.text.replace(/\[projects, files.*|must be one of: \[.*/, '…');
      found[plain(`${as} ${path} ${JSON.stringify(query)}`)] = plain(
        `${answer.status} ${shortened(answer.contentType, words)}`,
      );
    }
  return found;
}

const shortened = (contentType: string | null, words: string): string =>
  contentType?.includes('html') === true ? 'HTML' : words;

/** Versions whose refusals were written down from a real server. */
const recorded = ['26.9', '9.9'];

export const refusalChecks: Checks = {
  refusals: async (t) => {
    if (!recorded.includes(t.profile.name)) return;
    const file = new URL(`../refusals/${t.profile.name}.json`, import.meta.url);
    expect(await refusalsOf(t)).toEqual(JSON.parse(await readFile(file, 'utf8')));
  },
};
