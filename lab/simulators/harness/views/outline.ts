import { standingAt } from '../execution.ts';
import type { Execution } from '../model.ts';
import type { World } from '../world.ts';
import { layoutOf } from './layout.ts';

/** An item of the outline: how a run stands and how its stages do, without what they built and deployed. */
export function outlineView(world: World, execution: Execution, now: number): object {
  const { project, pipeline, failure } = execution;
  const { status, startTs, endTs, changedAt } = standingAt(execution.moments, now);
  const { startingNodeId, layoutNodeMap } = layoutOf(world, execution, now);
  return {
    accountIdentifier: project.organization.account.id,
    orgIdentifier: project.organization.identifier,
    projectIdentifier: project.identifier,
    pipelineIdentifier: pipeline.identifier,
    planExecutionId: execution.id,
    name: pipeline.name,
    runSequence: execution.runSequence,
    startingNodeId,
    status,
    failureInfo: failure !== undefined && endTs !== undefined ? failure.message : '',
    stagesMap: Object.fromEntries(Object.entries(layoutNodeMap).map(([id, node]) => [id, nodeView(node)])),
    modules: pipeline.modules,
    startTs,
    endTs,
    createdAt: execution.createdAt,
    lastUpdatedAt: Math.max(changedAt, ...execution.stages.map(({ moments }) => standingAt(moments, now).changedAt)),
    runtimeInputYaml: '',
  };
}

const kept = [
  'nodeType',
  'nodeGroup',
  'nodeIdentifier',
  'name',
  'nodeUuid',
  'status',
  'startTs',
  'endTs',
  'nodeExecutionId',
  'edgeLayoutList',
];

function nodeView(node: object): object {
  const members = Object.entries(node).filter(([name]) => kept.includes(name));
  const failure = (node as { failureInfo?: { message: string } }).failureInfo?.message ?? '';
  return { ...Object.fromEntries(members), failureInfo: failure };
}
