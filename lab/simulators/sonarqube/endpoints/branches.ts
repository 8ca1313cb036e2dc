import { formatInstant } from '../dates.ts';
import { lastAnalysis, type Scope } from '../state/model.ts';
import { type Call, type Endpoint, findProject, required } from '../call.ts';
import { forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse, canScan } from '../subject.ts';

function readableProject(call: Call) {
  const key = required(call, 'project');
  const project = findProject(call, key);
  if (!project) throw notFound(`Project '${key}' not found`);
  if (!canBrowse(call.world, call.subject, project) && !canScan(call.subject, project)) throw forbidden();
  return project;
}

function statusMember(scope: Scope): object {
  const analysis = lastAnalysis(scope);
  return {
    status: analysis ? { qualityGateStatus: analysis.gate.status } : {},
    ...(analysis ? { analysisDate: formatInstant(analysis.at) } : {}),
  };
}

function listBranches(call: Call): Reply {
  const project = readableProject(call);
  return json({
    branches: project.branches.map((branch) => ({
      name: branch.name,
      isMain: branch.isMain,
      type: 'BRANCH',
      ...statusMember(branch),
      excludedFromPurge: branch.excludedFromPurge,
      ...(call.profile.branchId ? { branchId: branch.id } : {}),
    })),
  });
}

function listPullRequests(call: Call): Reply {
  const project = readableProject(call);
  return json({
    pullRequests: project.pullRequests.map((scope) => {
      const pullRequest = scope.pullRequest;
      const base = pullRequest?.base ?? null;
      return {
        key: scope.name,
        title: pullRequest?.title,
        branch: pullRequest?.branch,
        ...(base ? { base: base.name } : {}),
        ...statusMember(scope),
        ...(base ? {} : { isOrphan: true }),
        ...(pullRequest?.url ? { url: pullRequest.url } : {}),
        target: pullRequest?.target,
      };
    }),
  });
}

export const branches: readonly Endpoint[] = [
  { method: 'GET', path: 'api/project_branches/list', handle: listBranches },
  {
    method: 'GET',
    path: 'api/project_pull_requests/list',
    on: (profile) => profile.branches,
    handle: listPullRequests,
  },
];
