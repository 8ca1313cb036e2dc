import { formatInstant } from '../dates.ts';
import { lastAnalysis, mainBranchOf, type Project, type Scope, scopesOf } from '../state/model.ts';
import {
  type Call,
  type Endpoint,
  findProject,
  list,
  optional,
  required,
  scopeMember,
  scopeOfComponent,
} from '../call.ts';
import { paging, pagingOf, withinWindow } from '../paging.ts';
import { forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse, isAdmin, ownerSees } from '../subject.ts';
import { newCodeStart } from './issues-search.ts';
import { findFile } from './sources.ts';

/** Newest analysis of any branch or pull request. */
function newestAnalysis(project: Project): number | null {
  const times = scopesOf(project).flatMap((scope) => lastAnalysis(scope)?.at ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** Cloud refuses an organization that it does not know; Server ignores the parameter. */
function ofOrganization(call: Call): (project: Project) => boolean {
  const organization = call.profile.cloud ? optional(call, 'organization') : undefined;
  if (organization === undefined) return () => true;
  if (!call.world.organizations.has(organization)) throw notFound(`No organization for key '${organization}'`);
  return (project) => project.organization === organization;
}

/** Needs global Administer; reads the database, so there is no window. */
function searchProjects(call: Call): Reply {
  if (!isAdmin(call.subject)) throw forbidden();
  const page = paging(call, { wording: 'projects' });
  const keyNames = call.profile.projectKeysParameter ? ['projectKeys', 'projects'] : ['projects'];
  const keys = list(call, ...keyNames)?.map((key) => key.toLowerCase());
  const text = optional(call, 'q')?.toLowerCase();
  const inOrganization = ofOrganization(call);
  const all = [...call.world.projects.values()].filter(
    (project) =>
      inOrganization(project) &&
      (keys === undefined || keys.includes(project.key.toLowerCase())) &&
      (text === undefined || project.key.toLowerCase().includes(text) || project.name.toLowerCase().includes(text)),
  );
  const sorted = all.sort(byName);
  return json({
    paging: pagingOf(page, sorted.length),
    components: sorted.slice(page.from, page.from + page.size).map((project) => adminView(call, project)),
  });
}

const byName = (a: Project, b: Project): number =>
  a.name.toLowerCase() < b.name.toLowerCase() ? -1 : a.name.toLowerCase() > b.name.toLowerCase() ? 1 : 0;

function adminView(call: Call, project: Project) {
  const newest = newestAnalysis(project);
  const revision = lastAnalysis(mainBranchOf(project))?.revision ?? null;
  return {
    ...(call.profile.cloud ? { organization: project.organization } : {}),
    key: project.key,
    name: project.name,
    qualifier: 'TRK',
    visibility: project.visibility,
    ...(newest === null ? {} : { lastAnalysisDate: formatInstant(newest) }),
    ...(revision === null ? {} : { revision }),
    ...(call.profile.managed ? { managed: false } : {}),
    ...(call.profile.projectUuid ? { projectUuid: project.uuid } : {}),
  };
}

/** Any user; Elasticsearch, so the window of 10,000 holds. */
function searchVisible(call: Call): Reply {
  const page = withinWindow(paging(call));
  const visible = [...call.world.projects.values()]
    .filter(ofOrganization(call))
    .filter((project) => ownerSees(call.world, call.subject, project))
    .filter(ofQuery(call))
    .sort(byName);
  const shown = visible.slice(page.from, page.from + page.size).filter((project) => listed(call, project));
  return json({
    paging: pagingOf(page, visible.length),
    components: shown.map((project) => publicView(call, project)),
    facets: [],
  });
}

/** `filter=query = "text"`: part of key or name; `filter=tags = tag`: with this tag. */
function ofQuery(call: Call): (project: Project) => boolean {
  const tag = /^tags\s*=\s*"?([^"\s]+)"?$/.exec(optional(call, 'filter') ?? '')?.[1];
  if (tag !== undefined) return ({ tags }) => tags.includes(tag);
  const text = /^query\s*=\s*"([^"]*)"$/.exec(optional(call, 'filter') ?? '')?.[1]?.toLowerCase();
  if (text === undefined) return () => true;
  return ({ key, name }) => key.toLowerCase().includes(text) || name.toLowerCase().includes(text);
}

/** A project analysis token lists only its own project, though `total` counts its owner's. */
function listed(call: Call, project: Project): boolean {
  const { subject } = call;
  if (!call.profile.projectTokenListsOwn) return true;
  return subject.kind !== 'token' || subject.token.kind !== 'sqp' || subject.token.projectKey === project.key;
}

function publicView(call: Call, project: Project) {
  const main = mainBranchOf(project);
  const fields = list(call, 'f') ?? [];
  const wants = (name: string): boolean => fields.includes('_all') || fields.includes(name);
  const analysis = lastAnalysis(main);
  const leak = newCodeStart(main);
  const dates = {
    ...(analysis && wants('analysisDate') ? { analysisDate: formatInstant(analysis.at) } : {}),
    tags: project.tags,
    visibility: project.visibility,
    ...(leak !== null && wants('leakPeriodDate') ? { leakPeriodDate: formatInstant(leak) } : {}),
  };
  const old = { needIssueSync: false };
  const current = { isAiCodeFixEnabled: false, aiCodeAssurance: 'NONE', containsAiCode: false, uuid: project.uuid };
  return {
    ...(call.profile.cloud ? { organization: project.organization } : {}),
    key: project.key,
    name: project.name,
    qualifier: 'TRK',
    isFavorite: false,
    ...dates,
    ...(call.profile.uuidKeys && !call.profile.cloud ? current : old),
  };
}

/** `api/components/search`: key, name and qualifier only. */
function searchComponents(call: Call): Reply {
  if (!call.profile.cloud) required(call, 'qualifiers');
  const page = withinWindow(paging(call));
  const text = optional(call, 'q')?.toLowerCase();
  const visible = [...call.world.projects.values()]
    .filter(ofOrganization(call))
    .filter((project) => ownerSees(call.world, call.subject, project))
    .filter((project) => text === undefined || `${project.key} ${project.name}`.toLowerCase().includes(text))
    .sort(byName);
  return json({
    paging: pagingOf(page, visible.length),
    components: visible.slice(page.from, page.from + page.size).map((project) => ({
      ...(call.profile.cloud ? { organization: project.organization } : {}),
      key: project.key,
      name: project.name,
      qualifier: 'TRK',
      project: project.key,
    })),
  });
}

function showFile(call: Call, key: string, { project, path, file }: NonNullable<ReturnType<typeof findFile>>): Reply {
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  return json({
    component: { key, name: path.split('/').at(-1), qualifier: file.test === true ? 'UTS' : 'FIL', path },
    ancestors: [{ key: project.key, name: project.name, qualifier: 'TRK' }],
  });
}

function showComponent(call: Call): Reply {
  const key = required(call, 'component');
  const file = findFile(call, key);
  if (file !== null) return showFile(call, key, file);
  const project = findProject(call, key);
  if (!project) throw notFound(`Component key '${key}' not found`);
  const scope = scopeOfComponent(call, project);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const analysis = lastAnalysis(scope);
  const leak = newCodeStart(scope);
  return json({
    component: {
      ...(call.profile.cloud ? { organization: project.organization } : {}),
      key: project.key,
      name: project.name,
      qualifier: 'TRK',
      ...(analysis ? { analysisDate: formatInstant(analysis.at) } : {}),
      ...(scope.isMain ? { tags: project.tags } : {}),
      visibility: project.visibility,
      ...(leak === null || scope.kind === 'pullRequest' ? {} : { leakPeriodDate: formatInstant(leak) }),
      ...versionMember(scope),
      ...scopeMember(scope),
      needIssueSync: false,
      ...(call.profile.modes && scope.isMain ? { isAiCodeFixEnabled: false } : {}),
    },
    ancestors: [],
  });
}

function versionMember(scope: Scope): { version?: string } {
  const analysis = lastAnalysis(scope);
  if (analysis && scope.kind === 'pullRequest') return { version: 'not provided' };
  return analysis?.version ? { version: analysis.version } : {};
}

function navigate(call: Call): Reply {
  const key = required(call, 'component');
  const project = findProject(call, key);
  if (!project) throw notFound(`Component key '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project) && !isAdmin(call.subject)) throw forbidden();
  const scope = scopeOfComponent(call, project);
  const analysis = lastAnalysis(scope);
  return json({
    key: project.key,
    id: scope.id,
    name: project.name,
    isFavorite: false,
    ...(scope.kind === 'branch' && call.profile.membersOf10 ? { branch: scope.name } : {}),
    visibility: project.visibility,
    extensions: [],
    ...versionMember(scope),
    ...(analysis ? { analysisDate: formatInstant(analysis.at) } : {}),
    qualityProfiles: [],
    qualityGate: { key: 'Sonar way', name: 'Sonar way', isDefault: true },
    ...(isAdmin(call.subject) ? { configuration: { showSettings: true, showUpdateKey: true, extensions: [] } } : {}),
    breadcrumbs: [{ key: project.key, name: project.name, qualifier: 'TRK' }],
  });
}

export const projects: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'api/projects/search',
    choices: { qualifiers: () => ['TRK', 'VW', 'APP'] },
    handle: searchProjects,
  },
  {
    method: 'GET',
    path: 'api/components/search_projects',
    choices: { f: () => ['analysisDate', 'leakPeriodDate', '_all'] },
    handle: searchVisible,
  },
  { method: 'GET', path: 'api/components/search', choices: { qualifiers: () => ['TRK'] }, handle: searchComponents },
  { method: 'GET', path: 'api/components/show', handle: showComponent },
  { method: 'GET', path: 'api/navigation/component', handle: navigate },
];
