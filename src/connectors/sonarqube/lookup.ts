import type { Json, LookupResult } from '../contract.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import type { Params, SonarClient } from './client.ts';
import { mapIssue } from './issues/map-issue.ts';
import { HotspotShow, IssuesSearch, ListedProject, MeasuresComponent, ProjectsSearch } from './schema.ts';
import type { z } from 'zod';

/** A commit is looked up in at most this many pages of projects: the server has no search by commit. */
const commitPages = 20;

const looksLikeCommit = /^[0-9a-f]{7,64}$/i;
const looksLikeKey = /^[A-Za-z0-9_-]{20,50}$/;

/** What the server says now about an issue key, a hotspot key, a project key or a commit. */
export async function lookUp(client: SonarClient, url: string, text: string): Promise<LookupResult[]> {
  const wanted = text.trim();
  if (wanted === '') return [];
  const tries = [findProject(client, url, wanted)];
  if (looksLikeKey.test(wanted)) tries.push(findIssue(client, url, wanted), findHotspot(client, url, wanted));
  if (looksLikeCommit.test(wanted)) tries.push(findCommit(client, url, wanted.toLowerCase()));
  const found = await Promise.all(tries);
  return found.filter((result) => result !== null);
}

/** Null for a thing that is not there or that the token may not see. */
async function ask<T>(client: SonarClient, shape: z.ZodType<T>, path: string, params: Params): Promise<T | null> {
  try {
    return await client.get(shape, path, params);
  } catch (error) {
    const hidden = ['project_not_found', 'invalid_permissions', 'endpoint_unavailable', 'upstream_error'] as const;
    if (hidden.some((code) => isPlumblineError(error, code))) return null;
    throw error;
  }
}

async function findIssue(client: SonarClient, url: string, key: string): Promise<LookupResult | null> {
  const answer = await ask(client, IssuesSearch, 'api/issues/search', { issues: key, ps: 1 });
  const raw = answer?.issues[0] as Record<string, unknown> | undefined;
  const issue = mapIssue(raw);
  if (raw === undefined || typeof issue === 'string') return null;
  const project = typeof raw['project'] === 'string' ? raw['project'] : '';
  const { rule, severity, issueStatus, message, path, line, createdAt, updatedAt, closedAt } = issue;
  const summary = { key, project, rule, severity, issueStatus, message, path, line, createdAt, updatedAt, closedAt };
  const query = new URLSearchParams({ id: project, issues: key, open: key });
  return { kind: 'issue', found: true, summary, link: `${url}/project/issues?${query}` };
}

async function findHotspot(client: SonarClient, url: string, key: string): Promise<LookupResult | null> {
  const hotspot = await ask(client, HotspotShow, 'api/hotspots/show', { hotspot: key });
  if (hotspot === null) return null;
  const project = hotspot.project?.key ?? null;
  const { status = null, resolution = null, message = null } = hotspot;
  const query = new URLSearchParams({ id: project ?? '', hotspots: key });
  return {
    kind: 'hotspot',
    found: true,
    summary: { key, project, status, resolution, message },
    link: `${url}/security_hotspots?${query}`,
  };
}

async function findProject(client: SonarClient, url: string, key: string): Promise<LookupResult | null> {
  const params = { component: key, metricKeys: 'alert_status,violations,ncloc' };
  const answer = await ask(client, MeasuresComponent, 'api/measures/component', params);
  if (answer === null || answer.component.qualifier !== 'TRK') return null;
  const summary: Record<string, Json> = { key, name: answer.component.name ?? key };
  for (const measure of (answer.component.measures ?? []) as { metric?: unknown; value?: unknown }[]) {
    if (typeof measure?.metric === 'string' && typeof measure.value === 'string')
      summary[measure.metric] = measure.value;
  }
  return { kind: 'project', found: true, summary, link: `${url}/dashboard?${new URLSearchParams({ id: key })}` };
}

/** The server only says which commit each main branch was analysed at last. */
async function findCommit(client: SonarClient, url: string, commit: string): Promise<LookupResult | null> {
  for (let page = 1; page <= commitPages; page += 1) {
    const answer = await ask(client, ProjectsSearch, 'api/projects/search', { qualifiers: 'TRK', p: page, ps: 500 });
    if (answer === null) return null;
    for (const raw of answer.components) {
      const project = ListedProject.safeParse(raw);
      if (!project.success || project.data.revision?.toLowerCase().startsWith(commit) !== true) continue;
      const { key, revision, lastAnalysisDate = null } = project.data;
      const summary = { commit: revision, project: key, lastAnalysisDate };
      return { kind: 'commit', found: true, summary, link: `${url}/dashboard?${new URLSearchParams({ id: key })}` };
    }
    if (page * 500 >= answer.paging.total) return null;
  }
  return null;
}
