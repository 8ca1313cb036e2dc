import { bodyOf, type Call, type Fields, flag, isObject, optional, several, textIn, textsIn } from './call.ts';
import { badField, badRequest } from './errors.ts';
import { standingAt } from './execution.ts';
import type { Span } from './executions.ts';
import type { Execution } from './model.ts';
import { knowsStatus } from './profiles.ts';
import { sameStatus } from './statuses.ts';
import { moduleInfo } from './views/modules.ts';
import { gitDetailsOf } from './views/summary.ts';

type Test = (execution: Execution) => boolean;

export interface Filter {
  span: Span | undefined;
  /** The caller named a pipeline: then children of chained pipelines are shown. */
  pipelineNamed: boolean;
  test: Test;
}

/** What a call for executions wants to see, from its query and its body. What the profile does not know is ignored. */
export function filterOf(call: Call): Filter {
  const body = bodyOf(call);
  checkKind(call, body);
  const pipelines = pipelinesNamed(call, body);
  const tests = [
    ...statusTests(call, body),
    ...queryTests(call),
    ...bodyTests(body),
    ...(call.world.profile.newerFilters ? newerTests(body) : []),
    ...moduleTests(call, body),
    ...ownerTests(call, body),
    ...(pipelines === undefined ? [] : [({ pipeline }: Execution) => pipelines.includes(pipeline.identifier)]),
  ];
  return {
    span: spanOf(body),
    pipelineNamed: pipelines !== undefined,
    test: (execution) => tests.every((test) => test(execution)),
  };
}

const ownMembers = [
  'status',
  'timeRange',
  'pipelineName',
  'pipelineTags',
  'triggerTypes',
  'triggerIdentifiers',
  'moduleProperties',
];

function checkKind(call: Call, body: Fields): void {
  const kind = textIn(body, 'filterType');
  if (kind !== undefined && kind !== 'PipelineExecution')
    throw badRequest(`Filter type ${kind} is not the one of executions`);
  const hasFilter = ownMembers.some((name) => body[name] !== undefined && body[name] !== null);
  if (optional(call, 'filterIdentifier') !== undefined && hasFilter && call.world.savedFilters === 'refused')
    throw badRequest('Can not apply both filter properties and saved filter together');
}

/** Both bounds or none. */
export function spanOf(body: Fields): Span | undefined {
  const range = body['timeRange'];
  if (range === undefined || range === null) return undefined;
  if (!isObject(range)) throw badField('timeRange', 'must be an object');
  const start = range['startTime'] ?? undefined;
  const end = range['endTime'] ?? undefined;
  if (start === undefined && end === undefined) return undefined;
  if (typeof start !== 'number' || typeof end !== 'number')
    throw badRequest('startTime or endTime is not provided in TimeRange filter. Either one of them is missing.');
  return { start, end };
}

function pipelinesNamed(call: Call, body: Fields): string[] | undefined {
  const one = optional(call, 'pipelineIdentifier') ?? textIn(body, 'pipelineIdentifier');
  if (one !== undefined) return [one];
  return call.world.profile.newerFilters ? textsIn(body, 'pipelineIdentifiers') : undefined;
}

/** In the query and in the body; one that the server does not have is refused. */
function statusTests({ now, ...call }: Call, body: Fields): Test[] {
  const lists = [several({ ...call, now }, 'status'), textsIn(body, 'status') ?? []].filter(({ length }) => length > 0);
  for (const status of lists.flat())
    if (!knowsStatus(call.world.profile, status)) throw badRequest(`No enum constant for status ${status}`);
  return lists.map(
    (list) =>
      ({ moments }) =>
        list.some((status) => sameStatus(status, standingAt(moments, now).status)),
  );
}

function queryTests(call: Call): Test[] {
  const term = optional(call, 'searchTerm')?.toLowerCase();
  const module = optional(call, 'module')?.toLowerCase();
  const branch = optional(call, 'branch');
  const repository = optional(call, 'repoIdentifier');
  const git = (execution: Execution): Fields => (gitDetailsOf(execution) ?? {}) as Fields;
  return [
    ...(term === undefined
      ? []
      : [({ pipeline }: Execution) => `${pipeline.name}\n${pipeline.identifier}`.toLowerCase().includes(term)]),
    ...(module === undefined ? [] : [({ pipeline }: Execution) => pipeline.modules.includes(module)]),
    ...(branch === undefined ? [] : [(execution: Execution) => git(execution)['branch'] === branch]),
    ...(repository === undefined ? [] : [(execution: Execution) => git(execution)['repoIdentifier'] === repository]),
  ];
}

function bodyTests(body: Fields): Test[] {
  const name = textIn(body, 'pipelineName')?.toLowerCase();
  const tags = Array.isArray(body['pipelineTags']) ? body['pipelineTags'].filter(isObject) : [];
  const types = textsIn(body, 'triggerTypes');
  const triggers = textsIn(body, 'triggerIdentifiers');
  return [
    ...(name === undefined ? [] : [({ pipeline }: Execution) => pipeline.name.toLowerCase().includes(name)]),
    ...tags.map(
      ({ key, value }) =>
        (execution: Execution) =>
          execution.tags[String(key)] === value,
    ),
    ...(types === undefined ? [] : [({ trigger }: Execution) => types.includes(trigger.type)]),
    ...(triggers === undefined ? [] : [({ trigger }: Execution) => triggers.includes(trigger.trigger ?? '')]),
  ];
}

function newerTests(body: Fields): Test[] {
  const ids = textsIn(body, 'planExecutionIds');
  const branch = textIn(body, 'branchName');
  const repository = textIn(body, 'repo');
  const built = (execution: Execution, test: (build: { branch: string; repository: string }) => boolean): boolean =>
    execution.stages.some(({ build }) => build !== undefined && test(build));
  return [
    ...(ids === undefined ? [] : [({ id }: Execution) => ids.includes(id)]),
    ...(branch === undefined ? [] : [(execution: Execution) => built(execution, (build) => build.branch === branch)]),
    ...(repository === undefined
      ? []
      : [(execution: Execution) => built(execution, (build) => build.repository === repository)]),
  ];
}

function ownerTests(call: Call, body: Fields): Test[] {
  const mine = flag(call, 'myDeployments') || (call.world.profile.newerFilters && body['myDeployments'] === true);
  return mine ? [({ trigger }) => trigger.email === call.token.owner.email] : [];
}

/** Any path below `moduleInfo`; several must all match, of a list one is enough. */
function moduleTests({ world, now }: Call, body: Fields): Test[] {
  const wanted = body['moduleProperties'];
  if (!isObject(wanted)) return [];
  const leaves = leavesOf(wanted, []);
  return leaves.map(({ path, values }) => (execution) => {
    let at: unknown = moduleInfo(world, execution, now);
    for (const part of path) at = isObject(at) ? at[part] : undefined;
    const actual: unknown[] = Array.isArray(at) ? at : [at];
    return values.some((value) => actual.includes(value));
  });
}

function leavesOf(fields: Fields, path: readonly string[]): { path: string[]; values: unknown[] }[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const deeper = [...path, name];
    if (isObject(value)) return leavesOf(value, deeper);
    return value === null ? [] : [{ path: deeper, values: Array.isArray(value) ? value : [value] }];
  });
}
