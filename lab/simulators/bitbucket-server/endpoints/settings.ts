import { json, type Reply } from '../../wire/reply.ts';
import { type Call, type Endpoint, endpointsOf, objectIn, optionalBody, repositoryPath, textIn } from '../call.ts';
import { notPermitted } from '../errors.ts';
import { projectOf, repositoryOf } from '../locate.ts';
import { rulesOf } from '../merge-checks.ts';
import type { MergeRules } from '../state/check-model.ts';

const api = endpointsOf('api');
const buildCheck = 'com.atlassian.bitbucket.server.bitbucket-build.requiredBuildsMergeCheck';

const strategies = ['no-ff', 'ff', 'ff-only', 'squash', 'squash-ff-only'].map((id) => ({
  id,
  name: id,
  enabled: id === 'no-ff',
  flag: `--${id}`,
  description: id,
}));

function view({ minimumBuilds = 0, approvals = 0 }: Partial<MergeRules>): object {
  return {
    mergeConfig: { defaultStrategy: strategies[0], strategies, type: 'REPOSITORY', commitSummaries: 20 },
    requiredAllApprovers: false,
    requiredAllTasksComplete: false,
    needsWork: false,
    requiredApprovers: approvals,
    requiredSuccessfulBuilds: minimumBuilds,
    [buildCheck]: { enabled: minimumBuilds > 0, count: minimumBuilds },
  };
}

function show(call: Call): Reply {
  return json(view(rulesOf(call.world, repositoryOf(call))));
}

function update(call: Call): Reply {
  const repository = repositoryOf(call, 3);
  if (repository.project.rules.locked) throw notPermitted();
  const fields = optionalBody(call);
  const check = objectIn(fields, buildCheck);
  const count = check === undefined ? textIn(fields, 'requiredSuccessfulBuilds') : (textIn(check, 'count') ?? '1');
  if (count !== undefined) repository.rules.minimumBuilds = check?.['enabled'] === false ? 0 : Number(count);
  const approvers = textIn(fields, 'requiredApprovers');
  if (approvers !== undefined) repository.rules.approvals = Number(approvers);
  return json(view(rulesOf(call.world, repository)));
}

export const settingsEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/settings/pull-requests`, show),
  api('POST', `${repositoryPath}/settings/pull-requests`, update),
  api('GET', 'projects/{project}/settings/pull-requests/{scm}', (call) => json(view(projectOf(call).rules))),
];
