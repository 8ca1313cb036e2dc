import { json, type Reply } from '../../wire/reply.ts';
import {
  booleanIn,
  type Call,
  type Endpoint,
  endpointsOf,
  type Fields,
  objectIn,
  optionalBody,
  repositoryPath,
  textIn,
} from '../call.ts';
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

const mergeConfig = { defaultStrategy: strategies[0], strategies, type: 'REPOSITORY', commitSummaries: 20 };

const counted = (count: number): object => ({ enabled: count > 0, count: String(count) });

const view = ({ minimumBuilds = 0, approvals = 0 }: Partial<MergeRules>): object => ({
  mergeConfig,
  requiredAllApprovers: false,
  requiredAllTasksComplete: false,
  requiredApprovers: counted(approvals),
  requiredApproversDeprecated: approvals,
  requiredSuccessfulBuilds: counted(minimumBuilds),
  requiredSuccessfulBuildsDeprecated: minimumBuilds,
  [buildCheck]: { enabled: minimumBuilds > 0, count: minimumBuilds },
});

function show(call: Call): Reply {
  return json(view(rulesOf(call.world, repositoryOf(call))));
}

function update(call: Call): Reply {
  const repository = repositoryOf(call, 3);
  if (repository.project.rules.locked) throw notPermitted();
  const fields = optionalBody(call);
  const builds = countIn(fields, buildCheck) ?? countIn(fields, 'requiredSuccessfulBuilds');
  const approvals = countIn(fields, 'requiredApprovers');
  if (builds !== undefined) repository.rules.minimumBuilds = builds;
  if (approvals !== undefined) repository.rules.approvals = approvals;
  return json(view(rulesOf(call.world, repository)));
}

/** A number, or an object that can be off. */
function countIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return Number(textIn(fields, name));
  const check = objectIn(fields, name) ?? {};
  return booleanIn(check, 'enabled') === false ? 0 : Number(textIn(check, 'count') ?? '1');
}

export const settingsEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/settings/pull-requests`, show),
  api('POST', `${repositoryPath}/settings/pull-requests`, update),
  api('GET', 'projects/{project}/settings/pull-requests/{scm}', (call) => {
    projectOf(call);
    return json({ mergeConfig });
  }),
];
