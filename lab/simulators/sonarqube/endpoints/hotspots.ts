import { formatInstant } from '../dates.ts';
import { componentKeyOf, fileComponent } from '../issues/render.ts';
import type { Hotspot, Scope } from '../state/model.ts';
import {
  type Call,
  choices,
  type Endpoint,
  findProject,
  list,
  optional,
  scopeMember,
  scopeOfComponent,
  scopeOfProject,
} from '../call.ts';
import { paging, pagingOf, withinWindow } from '../paging.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse } from '../subject.ts';

const statuses = ['TO_REVIEW', 'REVIEWED'] as const;
const resolutions = ['FIXED', 'SAFE', 'ACKNOWLEDGED'] as const;

function searchHotspots(call: Call): Reply {
  const scope = hotspotScope(call, 'parameter');
  const page = withinWindow(paging(call, { check: 'runtime' }));
  const found = filtered(call, scope);
  const shown = found.slice(page.from, page.from + page.size);
  return json({
    paging: pagingOf(page, found.length),
    hotspots: shown.map((hotspot) => hotspotView(scope, hotspot)),
    components: shown.length > 0 ? componentsOf(scope, shown) : [],
  });
}

/** `hotspots/list`: the database, no total, no components. */
function listHotspots(call: Call): Reply {
  const page = paging(call);
  const scope = hotspotScope(call, 'list');
  const shown = filtered(call, scope).slice(page.from, page.from + page.size);
  return json({
    paging: { pageIndex: page.page, pageSize: shown.length },
    hotspots: shown.map((hotspot) => hotspotView(scope, hotspot)),
  });
}

function hotspotScope(call: Call, service: 'parameter' | 'list'): Scope {
  const names = call.profile.hotspotsProjectParameter ? ['project', 'projectKey'] : ['projectKey'];
  const key = optional(call, ...names);
  const name = names[0];
  if (key === undefined) {
    if (service === 'list') throw badRequest(`The '${name}' parameter is missing`);
    throw badRequest(`A value must be provided for either parameter '${name}' or parameter 'hotspots'`);
  }
  const project = findProject(call, key);
  // 9.9 calls it a component key, later versions a project.
  if (!project) throw notFound(`${call.profile.uuidKeys ? 'Project' : 'Component key'} '${key}' not found`);
  const scope = call.profile.membersOf10 ? scopeOfProject(call, project) : scopeOfComponent(call, project);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  return scope;
}

function filtered(call: Call, scope: Scope): Hotspot[] {
  const status = choices(call, statuses, 'status')?.[0];
  const resolution = choices(call, resolutions, 'resolution')?.[0];
  if (resolution !== undefined && status !== 'REVIEWED')
    throw badRequest(
      `Value '${resolution}' of parameter 'resolution' can only be provided if value of parameter 'status' is 'REVIEWED'`,
    );
  const files = list(call, 'files');
  return scope.hotspots.filter(
    (hotspot) =>
      (status === undefined || hotspot.status === status) &&
      (resolution === undefined || hotspot.resolution === resolution) &&
      (files === undefined || files.includes(hotspot.file)),
  );
}

/** Neither `branch` nor `pullRequest`: only the components of the answer say it (section 14.2). */
function hotspotView(scope: Scope, hotspot: Hotspot) {
  const { line } = hotspot;
  return {
    key: hotspot.key,
    component: componentKeyOf(scope, hotspot.file),
    project: scope.project.key,
    securityCategory: hotspot.category,
    vulnerabilityProbability: hotspot.probability,
    status: hotspot.status,
    ...(hotspot.resolution === null ? {} : { resolution: hotspot.resolution }),
    line,
    message: hotspot.message,
    author: '',
    creationDate: formatInstant(hotspot.created),
    updateDate: formatInstant(hotspot.updated),
    textRange: { startLine: line, endLine: line, startOffset: 0, endOffset: 10 },
    flows: [],
    ruleKey: hotspot.rule,
    messageFormattings: [],
  };
}

function componentsOf(scope: Scope, hotspots: readonly Hotspot[]) {
  const { key, name } = scope.project;
  const member = scopeMember(scope);
  const files = [...new Set(hotspots.map((hotspot) => hotspot.file))];
  return [
    ...files.map((file) => ({ ...fileComponent(key, file, {}), ...member })),
    { key, qualifier: 'TRK', name, longName: name, ...member },
  ];
}

export const hotspots: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'api/hotspots/search',
    choices: { status: () => statuses, resolution: () => resolutions },
    handle: searchHotspots,
  },
  { method: 'GET', path: 'api/hotspots/list', on: (profile) => profile.lists, handle: listHotspots },
];
