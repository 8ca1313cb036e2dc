import { standingAt } from '../execution.ts';
import type { Execution, Failure, Stage } from '../model.ts';
import { isTerminal } from '../statuses.ts';
import type { World } from '../world.ts';
import { buildView, deploymentView } from './modules.ts';

export const failureView = ({ message, types }: Failure): object => ({
  message,
  failureTypeList: types,
  responseMessages: [{ code: 'UNKNOWN_ERROR', level: 'ERROR', message, exception: null, failureTypes: types }],
});

/** A stage by itself, or the stages of one group. */
type Slot = readonly [Stage, ...Stage[]];

function slotsOf(stages: readonly Stage[]): Slot[] {
  const slots: [Stage, ...Stage[]][] = [];
  for (const stage of stages) {
    const last = slots.at(-1);
    if (last !== undefined && stage.group !== undefined && last[0].group?.id === stage.group.id) last.push(stage);
    else slots.push([stage]);
  }
  return slots;
}

const slotId = ([first]: Slot): string => (first.group === undefined ? first.id : `${first.id}-${first.group.id}`);

const edges = (children: readonly string[], next: readonly string[]): object => ({
  currentNodeChildren: children,
  nextIds: next,
});

/** `layoutNodeMap` and where it begins: containers hold the stages that run side by side. */
export function layoutOf(
  world: World,
  execution: Execution,
  now: number,
): { startingNodeId?: string; layoutNodeMap: Record<string, object> } {
  const slots = slotsOf(execution.stages.filter((stage) => isShown(stage, now)));
  const [first] = slots;
  const layoutNodeMap: Record<string, object> = {};
  for (const [index, slot] of slots.entries()) {
    const following = slots[index + 1];
    const next = following === undefined ? [] : [slotId(following)];
    if (slot[0].group === undefined) layoutNodeMap[slotId(slot)] = stageView(world, slot[0], { now, next });
    else {
      layoutNodeMap[slotId(slot)] = containerView(slot, { now, next });
      for (const stage of slot) layoutNodeMap[stage.id] = stageView(world, stage, { now, next: [] });
    }
  }
  return first === undefined ? { layoutNodeMap } : { startingNodeId: slotId(first), layoutNodeMap };
}

/** A rollback's stages are not there before it begins. */
export const isShown = ({ rollbackStage, moments }: Stage, now: number): boolean =>
  rollbackStage !== true || moments.some(({ at }) => at <= now);

function containerView(slot: Slot, { now, next }: { now: number; next: readonly string[] }): object {
  const [{ group }] = slot;
  const standings = slot.map(({ moments }) => standingAt(moments, now));
  const worst =
    standings.find(({ status }) => !isTerminal(status)) ??
    standings.find(({ status }) => status !== 'Success') ??
    standings[0];
  const isMatrix = group?.kind === 'strategy';
  return {
    nodeType: isMatrix ? 'MATRIX' : 'parallel',
    nodeGroup: isMatrix ? 'STRATEGY' : 'STAGE_PARALLEL',
    nodeIdentifier: group?.id,
    name: group?.id,
    nodeUuid: slotId(slot),
    status: worst?.status,
    module: 'pms',
    moduleInfo: {},
    edgeLayoutList: edges(
      slot.map(({ id }) => id),
      next,
    ),
  };
}

const moduleOf: Record<Stage['type'], string> = {
  CI: 'ci',
  Deployment: 'cd',
  Custom: 'pms',
  Approval: 'pms',
  Pipeline: 'pms',
};

function stageView(world: World, stage: Stage, { now, next }: { now: number; next: readonly string[] }): object {
  const { status, startTs, endTs } = standingAt(stage.moments, now);
  const reached = startTs !== undefined;
  const ended = endTs !== undefined;
  const { build, deployment, failure, child, skipped } = stage;
  return {
    nodeType: stage.type,
    nodeGroup: 'STAGE',
    nodeIdentifier: stage.identifier,
    name: stage.name,
    nodeUuid: stage.id,
    nodeExecutionId: world.profile.newerFields ? `${stage.id}x` : undefined,
    status,
    module: moduleOf[stage.type],
    moduleInfo: {
      ...(build !== undefined && reached ? { ci: buildView(world, build) } : {}),
      ...(deployment !== undefined && reached ? { cd: deploymentView(world, stage, deployment) } : {}),
    },
    startTs,
    endTs,
    edgeLayoutList: edges([], next),
    skipInfo: skipped !== undefined && ended ? { evaluatedCondition: true } : undefined,
    nodeRunInfo: skipped === undefined ? undefined : { whenCondition: skipped, evaluatedCondition: false },
    barrierFound: false,
    failureInfo: failure !== undefined && ended ? { message: failure.message } : { message: '' },
    failureInfoDTO: failure !== undefined && ended ? failureView(failure) : undefined,
    isRollbackStageNode: world.profile.newerFields ? stage.rollbackStage === true : undefined,
    stepDetails: child === undefined ? {} : { childPipelineExecutionDetails: childDetails(child) },
  };
}

export const childDetails = ({ planExecutionId, project }: NonNullable<Stage['child']>): object => ({
  planExecutionId,
  orgId: project.organization.identifier,
  projectId: project.identifier,
});
