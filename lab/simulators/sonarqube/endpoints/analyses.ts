import { formatInstant } from '../dates.ts';
import { type Analysis, lastAnalysis, type Scope, scopesOf } from '../state/model.ts';
import {
  type Call,
  type Endpoint,
  findProject,
  optional,
  required,
  scopeMember,
  scopeOfProject,
  scopeWords,
} from '../wire/call.ts';
import { paging, pagingOf } from '../wire/paging.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../wire/reply.ts';
import { canBrowse, canScan, isAdmin } from '../wire/subject.ts';
import { inDates, periodOf } from './measures.ts';

/** Newest first; there is no `pullRequest` parameter, so it is ignored and main's analyses come. */
function searchAnalyses(call: Call): Reply {
  const key = required(call, 'project');
  const project = findProject(call, key);
  if (!project) throw notFound(`Component key '${key}' not found`);
  const branch = optional(call, 'branch');
  const scope = project.branches.find((one) => (branch === undefined ? one.isMain : one.name === branch));
  if (!scope) throw notFound(`Component '${key}' on branch '${branch}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const page = paging(call, { wording: 'analyses' });
  const category = optional(call, 'category');
  const analyses = inDates(call, scope.analyses)
    .filter((analysis) => category === undefined || analysis.events.some((event) => event.category === category))
    .reverse();
  return json({
    paging: pagingOf(page, analyses.length),
    analyses: analyses.slice(page.from, page.from + page.size).map(analysisView),
  });
}

function analysisView(analysis: Analysis) {
  return {
    key: analysis.key,
    date: formatInstant(analysis.at),
    events: analysis.events,
    ...(analysis.version === null ? {} : { projectVersion: analysis.version }),
    ...(analysis.buildString === null ? {} : { buildString: analysis.buildString }),
    manualNewCodePeriodBaseline: false,
    ...(analysis.revision === null ? {} : { revision: analysis.revision }),
    detectedCI: analysis.detectedCi,
  };
}

function projectStatus(call: Call): Reply {
  const analysisId = optional(call, 'analysisId');
  const projectKey = optional(call, 'projectKey');
  const projectId = optional(call, 'projectId');
  const given = [analysisId, projectKey, projectId].filter((value) => value !== undefined).length;
  if (given !== 1) throw badRequest("Either 'analysisId', 'projectId' or 'projectKey' must be provided");
  const { branch, pullRequest } = scopeWords(call);
  if (branch !== undefined && pullRequest !== undefined)
    throw badRequest("Either 'branch' or 'pullRequest' can be provided, not both");
  if (analysisId !== undefined) return statusOfAnalysis(call, analysisId);
  const project = projectKey === undefined ? byUuid(call, projectId ?? '') : findProject(call, projectKey);
  if (!project) throw notFound(`Project '${projectKey ?? projectId}' not found`);
  const scope = scopeOfProject(call, project);
  return statusReply(call, scope, lastAnalysis(scope));
}

const byUuid = (call: Call, uuid: string) =>
  [...call.world.projects.values()].find((project) => project.uuid === uuid) ?? null;

function statusOfAnalysis(call: Call, id: string): Reply {
  for (const project of call.world.projects.values())
    for (const scope of scopesOf(project)) {
      const analysis = scope.analyses.find((one) => one.key === id);
      if (analysis) return statusReply(call, scope, analysis);
    }
  throw notFound(`Analysis with id '${id}' is not found`);
}

function statusReply(call: Call, scope: Scope, analysis: Analysis | null): Reply {
  if (!canBrowse(call.world, call.subject, scope.project) && !canScan(call.subject, scope.project)) throw forbidden();
  const period = analysis ? periodOf(scope) : null;
  const periods = call.profile.periods ? { periods: period ? [period] : [] } : {};
  return json({
    projectStatus: {
      status: analysis?.gate.status ?? 'NONE',
      conditions: (analysis?.gate.conditions ?? []).map((condition) => ({
        status: condition.status,
        metricKey: condition.metric,
        comparator: condition.comparator,
        ...(call.profile.periods && condition.metric.startsWith('new_') ? { periodIndex: 1 } : {}),
        errorThreshold: condition.threshold,
        ...(condition.actual === undefined ? {} : { actualValue: condition.actual }),
      })),
      ...periods,
      ignoredConditions: analysis?.gate.ignoredConditions ?? false,
      ...(period === null ? {} : { period: { ...period, index: undefined } }),
      caycStatus: 'compliant',
    },
  });
}

const conditions = [
  { metric: 'new_violations', op: 'GT', error: '0', isCaycCondition: true },
  { metric: 'new_coverage', op: 'LT', error: '80', isCaycCondition: true },
  { metric: 'new_duplicated_lines_density', op: 'GT', error: '3', isCaycCondition: true },
  { metric: 'new_security_hotspots_reviewed', op: 'LT', error: '100', isCaycCondition: true },
];

const gates = [
  { name: 'Sonar way', isDefault: true, isBuiltIn: true, caycStatus: 'compliant' },
  { name: 'Legacy', isDefault: false, isBuiltIn: false, caycStatus: 'non-compliant' },
];

function listGates(call: Call): Reply {
  const old = !call.profile.uuidKeys;
  return json({
    qualitygates: gates.map((gate, at) => ({
      ...(old ? { id: `gate-${at + 1}` } : {}),
      ...gate,
      ...gateMembers(call),
    })),
    ...(old ? { default: 'gate-1' } : {}),
    actions: { create: isAdmin(call.subject) },
  });
}

function gateMembers(call: Call): object {
  const newer = { hasStandardConditions: false, hasMQRConditions: false, isAiCodeSupported: false };
  return { actions: gateActions, ...(call.profile.modes ? newer : {}) };
}

const gateActions = {
  rename: false,
  setAsDefault: false,
  copy: false,
  associateProjects: false,
  delete: false,
  manageConditions: false,
  delegate: false,
};

function showGate(call: Call): Reply {
  const name = optional(call, 'name');
  if (name === undefined)
    throw badRequest(
      call.profile.membersOf10 ? "The 'name' parameter is missing" : "Either 'id' or 'name' must be provided",
    );
  const at = gates.findIndex((gate) => gate.name === name);
  const gate = gates[at];
  if (!gate) throw notFound(`No quality gate has been found for name ${name}`);
  const own = gate.isBuiltIn ? conditions : conditions.slice(0, 1);
  return json({
    ...(call.profile.uuidKeys ? {} : { id: `gate-${at + 1}` }),
    name: gate.name,
    isBuiltIn: gate.isBuiltIn,
    caycStatus: gate.caycStatus,
    ...(call.profile.membersOf10 ? { isDefault: gate.isDefault } : {}),
    ...gateMembers(call),
    conditions: own.map(({ isCaycCondition, ...condition }, number) => ({
      id: `condition-${at + 1}-${number + 1}`,
      ...condition,
      ...(call.profile.membersOf10 ? { isCaycCondition } : {}),
    })),
  });
}

function gateOfProject(call: Call): Reply {
  const key = required(call, 'project');
  const project = findProject(call, key);
  if (!project) throw notFound(`Project '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const id = call.profile.uuidKeys ? {} : { id: 'gate-1' };
  return json({ qualityGate: { ...id, name: 'Sonar way', default: true } });
}

function analysisStatus(call: Call): Reply {
  const key = required(call, 'component');
  const project = findProject(call, key);
  if (!project) throw notFound(`Project '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const scope = scopeOfProject(call, project);
  const warnings = lastAnalysis(scope)?.warnings ?? [];
  return json({
    component: {
      key: project.key,
      name: project.name,
      warnings: warnings.map((message, at) => ({
        key: `${lastAnalysis(scope)?.key}-${at}`,
        message,
        dismissable: false,
      })),
      ...scopeMember(scope),
    },
  });
}

/** `current` is the newest task of any branch or pull request. */
function taskOfComponent(call: Call): Reply {
  const key = required(call, 'component');
  const project = findProject(call, key);
  if (!project) throw notFound(`${call.profile.membersOf10 ? 'Component' : 'Component key'} '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const scopes = scopesOf(project);
  const newest = scopes
    .flatMap((scope) => scope.analyses.map((analysis) => ({ scope, analysis })))
    .sort((a, b) => b.analysis.at - a.analysis.at)[0];
  return json({
    queue: scopes.filter((scope) => scope.pendingTask).map((scope) => taskView(call, scope, null)),
    ...(newest ? { current: taskView(call, newest.scope, newest.analysis) } : {}),
  });
}

function taskView(call: Call, scope: Scope, analysis: Analysis | null) {
  const branch = scope.isMain ? {} : { branch: scope.name, branchType: 'BRANCH' };
  return {
    id: `task-${analysis?.key ?? scope.id}`,
    type: 'REPORT',
    componentId: scope.id,
    componentKey: scope.project.key,
    componentName: scope.project.name,
    componentQualifier: 'TRK',
    ...(analysis ? finishedTask(analysis) : { status: 'PENDING' }),
    ...(scope.kind === 'pullRequest' ? { pullRequest: scope.name } : branch),
    warningCount: analysis?.warnings.length ?? 0,
    warnings: [],
    ...(call.profile.membersOf10 ? { infoMessages: [] } : {}),
  };
}

function finishedTask(analysis: Analysis) {
  const at = formatInstant(analysis.at);
  const times = { submittedAt: at, submitterLogin: 'admin', startedAt: at, executedAt: at, executionTimeMs: 1000 };
  return { analysisId: analysis.key, status: 'SUCCESS', ...times, hasScannerContext: true };
}

const eventCategories = [
  'VERSION',
  'OTHER',
  'QUALITY_PROFILE',
  'QUALITY_GATE',
  'DEFINITION_CHANGE',
  'ISSUE_DETECTION',
  'SQ_UPGRADE',
];

export const analyses: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'api/project_analyses/search',
    choices: { category: () => eventCategories },
    handle: searchAnalyses,
  },
  { method: 'GET', path: 'api/qualitygates/project_status', handle: projectStatus },
  { method: 'GET', path: 'api/qualitygates/list', handle: listGates },
  { method: 'GET', path: 'api/qualitygates/show', handle: showGate },
  { method: 'GET', path: 'api/qualitygates/get_by_project', handle: gateOfProject },
  { method: 'GET', path: 'api/ce/analysis_status', handle: analysisStatus },
  { method: 'GET', path: 'api/ce/component', handle: taskOfComponent },
];
