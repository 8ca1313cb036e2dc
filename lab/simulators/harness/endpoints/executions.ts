import { projectAsked, seesPipeline, seesProject } from '../access.ts';
import { type Call, type Endpoint, flag, optional, required, success, whole } from '../call.ts';
import { badField, badRequest } from '../errors.ts';
import { standingAt } from '../execution.ts';
import { executionsOf, findExecution, isListed } from '../executions.ts';
import { filterOf } from '../filters.ts';
import type { Execution, Project } from '../model.ts';
import { executionsAsked, rowsOf, sortAsked, springPage } from '../paging.ts';
import { graphOf } from '../views/graph.ts';
import { outlineView } from '../views/outline.ts';
import { summaryView } from '../views/summary.ts';
import { projectsOf } from '../world.ts';
import { pipelinesSeen } from './pipelines.ts';

const base = 'pipeline/api/pipelines/execution';

export const executionEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: `${base}/summary`, handle: summary },
  { method: 'POST', path: `${base}/summary/outline`, on: ({ outline }) => outline, handle: outlines },
  {
    method: 'GET',
    path: `${base}/v2/{planExecutionId}`,
    handle: (call) => detail(call, flag(call, 'renderFullBottomGraph')),
  },
  // Deprecated: always with everything.
  { method: 'GET', path: `${base}/{planExecutionId}`, handle: (call) => detail(call, true) },
  {
    method: 'GET',
    path: `${base}/{planExecutionId}/inputsetV2`,
    handle: (call) =>
      success(call, { inputSetTemplateYaml: '', inputSetYaml: `secret-of: ${executionAsked(call).id}` }),
  },
  {
    method: 'GET',
    path: `${base}/{planExecutionId}/notes`,
    handle: (call) => success(call, { planExecutionId: call.params['planExecutionId'], notes: '' }),
  },
];

function projectsRead(call: Call): Project[] {
  const project = projectAsked(call, 'executions');
  if (project === undefined) return [];
  pipelinesSeen(call, project);
  const { world, account, token } = call;
  if (world.showAllExecutions !== 'every project' || !flag(call, 'showAllExecutions')) return [project];
  return projectsOf(account).filter((one) => seesProject(token, one));
}

/** Executions of the list in the order of their start; what has not started comes last. */
function listed(call: Call): Execution[] {
  const { span, pipelineNamed, test } = filterOf(call);
  const { token, now } = call;
  const found: Execution[] = [];
  for (const project of projectsRead(call))
    for (const execution of executionsOf(project, now, span))
      if (isListed(execution, now, pipelineNamed) && seesPipeline(token, execution.pipeline) && test(execution))
        found.push(execution);
  return found;
}

const sortKeys: Record<string, (execution: Execution, now: number) => number | string> = {
  startTs: ({ moments }, now) => standingAt(moments, now).startTs ?? 0,
  createdAt: ({ createdAt }) => createdAt,
  endTs: ({ moments }, now) => standingAt(moments, now).endTs ?? 0,
  status: ({ moments }, now) => standingAt(moments, now).status,
  name: ({ pipeline }) => pipeline.name,
};

function sorted(
  executions: Execution[],
  key: (execution: Execution) => number | string,
  descending: boolean,
): Execution[] {
  const keyed = executions.map((execution) => ({ execution, key: key(execution) }));
  const order = (one: number | string, other: number | string): number => (one < other ? -1 : one > other ? 1 : 0);
  keyed.sort((one, other) => order(one.key, other.key) || order(one.execution.id, other.execution.id));
  if (descending) keyed.reverse();
  return keyed.map(({ execution }) => execution);
}

function summary(call: Call) {
  required(call, 'accountIdentifier');
  const asked = executionsAsked(call);
  const { field, descending } = sortAsked(call) ?? { field: 'startTs', descending: true };
  const key = sortKeys[field];
  if (key === undefined) throw badRequest(`Executions can not be sorted by ${field}`);
  const rows = sorted(listed(call), (execution) => key(execution, call.now), descending);
  const page = rowsOf(rows, asked).map((execution) => summaryView(call.world, execution, call.now));
  return success(call, springPage(page, rows.length, asked));
}

/** Newest first, going on after the last one seen; with ids, exactly those that the list shows. */
function outlines(call: Call) {
  required(call, 'accountIdentifier');
  const size = whole(call, 'size', 10);
  if (size < 1 || size > 1000) throw badField('size', 'must be between 1 and 1000');
  const lastId = optional(call, 'lastSeenExecutionId');
  const lastStart = whole(call, 'lastSeenStartTime', Number.POSITIVE_INFINITY);
  const start = ({ moments }: Execution): number => standingAt(moments, call.now).startTs ?? 0;
  const isAfter = (execution: Execution): boolean =>
    start(execution) < lastStart || (start(execution) === lastStart && lastId !== undefined && execution.id < lastId);
  const rows = sorted(listed(call).filter(isAfter), start, true);
  const content = rows.slice(0, size);
  const last = content.at(-1);
  return success(call, {
    content: content.map((execution) => outlineView(call.world, execution, call.now)),
    currentSize: content.length,
    lastSeenExecutionId: last?.id,
    lastSeenStartTime: last === undefined ? undefined : start(last),
    hasMore: rows.length > size,
  });
}

/** A known id is answered even where the list hides it. */
function executionAsked(call: Call): Execution {
  required(call, 'accountIdentifier');
  const id = call.params['planExecutionId'] ?? '';
  const project = projectAsked(call, 'executions');
  const found = project === undefined ? undefined : findExecution(project, id, call.now);
  if (found === undefined || !seesPipeline(call.token, found.pipeline))
    throw badRequest(`Plan Execution Summary does not exist or has been deleted for planExecutionId: ${id}`);
  return found;
}

function detail(call: Call, everything: boolean) {
  const execution = executionAsked(call);
  const { world, now } = call;
  const stageId = optional(call, 'stageNodeId');
  const stage = execution.stages.find(({ id }) => id === stageId);
  const hasGraph = everything || stage !== undefined;
  return success(call, {
    pipelineExecutionSummary: summaryView(world, execution, now),
    executionGraph: hasGraph
      ? graphOf(world, execution, { now, ...(stage === undefined ? {} : { stage }) })
      : undefined,
    childGraph: undefined,
    rollbackGraph: undefined,
  });
}
