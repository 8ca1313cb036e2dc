import { formatInstant } from '../dates.ts';
import { type Analysis, lastAnalysis, type Scope, scopesOf } from '../state/model.ts';
import { type Call, type Endpoint, findProject, required, scopeMember, scopeOfProject } from '../call.ts';
import { forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse } from '../subject.ts';

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

export const tasks: readonly Endpoint[] = [
  { method: 'GET', path: 'api/ce/analysis_status', handle: analysisStatus },
  { method: 'GET', path: 'api/ce/component', handle: taskOfComponent },
];
