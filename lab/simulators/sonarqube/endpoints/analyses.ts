import { formatInstant } from '../dates.ts';
import { type Analysis, lastAnalysis, type Scope, scopesOf } from '../state/model.ts';
import { type Call, type Endpoint, findProject, optional, required, scopeOfProject, scopeWords } from '../call.ts';
import { paging, pagingOf } from '../paging.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse, canScan } from '../subject.ts';
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
];
