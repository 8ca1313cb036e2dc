import { projectAsked, seesPipeline } from '../access.ts';
import { bodyOf, type Call, type Endpoint, optional, required, success, textIn } from '../call.ts';
import { badRequest, denied, notFound } from '../errors.ts';
import { standingAt } from '../execution.ts';
import { executionsOf, isListed } from '../executions.ts';
import type { Execution, Pipeline, Project } from '../model.ts';
import { pipelinesAsked, rowsOf, springPage } from '../paging.ts';
import { type LastRun, pipelineView } from '../views/places.ts';

export const pipelineEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: 'pipeline/api/pipelines/list', handle: list },
  {
    method: 'GET',
    path: 'pipeline/api/pipelines/summary/{pipeline}',
    handle: (call) => {
      const { project, pipeline } = named(call);
      return success(call, pipelineView(call.world, pipeline, lastRuns(project, call.now).get(pipeline.identifier)));
    },
  },
  {
    method: 'GET',
    path: 'pipeline/api/pipelines/{pipeline}',
    handle: (call) => {
      const { identifier, name } = named(call).pipeline;
      const yamlPipeline = `pipeline:\n  name: ${name}\n  identifier: ${identifier}\n`;
      return success(call, { yamlPipeline, modules: [], gitDetails: {} });
    },
  },
];

/** The pipelines that the token sees; who sees none of them is denied, or sees an empty list. */
export function pipelinesSeen({ token, world }: Call, { pipelines, identifier }: Project): Pipeline[] {
  if (token.pipelines !== null && world.partialPipelines === 'denied')
    throw denied('core_pipeline_view', `project ${identifier}`);
  return [...pipelines.values()].filter((pipeline) => seesPipeline(token, pipeline));
}

function list(call: Call) {
  required(call, 'accountIdentifier');
  const project = projectAsked(call, 'pipelines');
  const asked = pipelinesAsked(call);
  const body = bodyOf(call);
  const kind = textIn(body, 'filterType');
  if (kind !== undefined && kind !== 'PipelineSetup')
    throw badRequest(`Filter type ${kind} is not the one of pipelines`);
  if (project === undefined) return success(call, springPage([], 0, asked));
  const term = (optional(call, 'searchTerm') ?? textIn(body, 'name'))?.toLowerCase();
  const module = optional(call, 'module')?.toLowerCase();
  const found = pipelinesSeen(call, project).filter(
    ({ deleted, identifier, name, modules }) =>
      !deleted &&
      (module === undefined || modules.includes(module)) &&
      (term === undefined || `${identifier}\n${name}`.toLowerCase().includes(term)),
  );
  const last = lastRuns(project, call.now);
  const rows = rowsOf(found, asked).map((pipeline) =>
    pipelineView(call.world, pipeline, last.get(pipeline.identifier)),
  );
  return success(call, springPage(rows, found.length, asked));
}

function named(call: Call): { project: Project; pipeline: Pipeline } {
  required(call, 'accountIdentifier');
  const identifier = call.params['pipeline'] ?? '';
  const project = projectAsked(call, 'pipelines');
  const pipeline =
    project === undefined ? undefined : pipelinesSeen(call, project).find((one) => one.identifier === identifier);
  if (project === undefined || pipeline === undefined || pipeline.deleted)
    throw notFound(`Pipeline with identifier [${identifier}]`);
  return { project, pipeline };
}

/** The newest listed run of each pipeline. */
function lastRuns(project: Project, now: number): Map<string, LastRun> {
  const newest = new Map<string, Execution>();
  // Of many generated ones only the newest are looked at: older pipelines then tell no last run.
  const recent = project.mass === null ? undefined : { start: now - 14 * 86_400_000, end: now };
  for (const execution of executionsOf(project, now, recent)) {
    const { identifier } = execution.pipeline;
    const known = newest.get(identifier);
    if (isListed(execution, now, true) && (known === undefined || known.createdAt <= execution.createdAt))
      newest.set(identifier, execution);
  }
  const last = ({ id, moments }: Execution): LastRun => {
    const { status, startTs } = standingAt(moments, now);
    return { id, status, at: startTs };
  };
  return new Map([...newest].map(([identifier, execution]) => [identifier, last(execution)]));
}
