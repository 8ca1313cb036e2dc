import { standingAt } from '../execution.ts';
import type { Execution } from '../model.ts';
import { isTerminal, statusClass } from '../statuses.ts';
import type { World } from '../world.ts';
import { failureView, isShown, layoutOf } from './layout.ts';
import { moduleInfo } from './modules.ts';
import { triggerView } from './trigger.ts';

const modulesOf = ({ stages }: Execution): string[] => [
  ...new Set(['pms', ...stages.flatMap(({ type }) => (type === 'CI' ? ['ci'] : type === 'Deployment' ? ['cd'] : []))]),
];

function countsOf({ stages }: Execution, now: number): object {
  const classes = stages
    .filter((stage) => isShown(stage, now))
    .map(({ moments }) => statusClass(standingAt(moments, now).status));
  const count = (name: string): number => classes.filter((one) => one === name).length;
  return {
    successfulStagesCount: count('success'),
    runningStagesCount: count('running'),
    failedStagesCount: count('failure'),
    totalStagesCount: classes.length,
  };
}

/** Where the YAML of the pipeline lies, not the code that is built. */
export const gitDetailsOf = ({ pipeline }: Pick<Execution, 'pipeline'>): object | undefined =>
  pipeline.storeType === 'REMOTE'
    ? {
        objectId: 'e69de29',
        branch: 'main',
        repoIdentifier: 'pipelines',
        repoName: 'pipelines',
        rootFolder: '.harness/',
        filePath: `${pipeline.identifier}.yaml`,
      }
    : undefined;

/** One row of the list of executions. */
export function summaryView(world: World, execution: Execution, now: number): object {
  const { pipeline, project, bare } = execution;
  const { status, startTs, endTs } = standingAt(execution.moments, now);
  const { newerFields } = world.profile;
  const row = {
    pipelineIdentifier: pipeline.identifier,
    orgIdentifier: newerFields ? project.organization.identifier : undefined,
    projectIdentifier: newerFields ? project.identifier : undefined,
    planExecutionId: execution.id,
    name: pipeline.name,
    runSequence: execution.runSequence,
    status,
    startTs,
    endTs,
    createdAt: execution.createdAt,
    executionMode: execution.mode,
  };
  if (bare === true) return { ...row, layoutNodeMap: {}, moduleInfo: undefined };
  const partial = execution.stagesExecuted;
  return {
    ...row,
    ...layoutOf(world, execution, now),
    ...countsOf(execution, now),
    ...endings(execution, { now, status, endTs }),
    tags: Object.entries(execution.tags).map(([key, value]) => ({ key, value })),
    labels: newerFields ? [] : undefined,
    modules: modulesOf(execution),
    moduleInfo: moduleInfo(world, execution, now),
    executionTriggerInfo: triggerView(world, execution),
    governanceMetadata: { deny: false, status: 'pass', details: [] },
    gitDetails: gitDetailsOf(execution),
    storeType: pipeline.storeType,
    connectorRef: pipeline.storeType === 'REMOTE' ? 'git' : undefined,
    // Both spellings are in use.
    isStagesExecution: newerFields ? partial !== undefined : undefined,
    stagesExecution: partial !== undefined,
    stagesExecuted: partial ?? [],
    stagesExecutedNames: partial === undefined ? undefined : Object.fromEntries(partial.map((name) => [name, name])),
    allowStageExecutions: false,
    parentStageInfo: parentView(execution),
    executionInputConfigured: false,
    notesExistForPlanExecutionId: false,
  };
}

function endings(
  { failure, abortedBy, rerun, supersededAt }: Execution,
  { now, status, endTs }: { now: number; status: string; endTs: number | undefined },
): object {
  const failed = failure !== undefined && isTerminal(status);
  const fromStage = rerun?.kind === 'from stage' || (supersededAt !== undefined && supersededAt <= now);
  return {
    failureInfo: failed ? failureView(failure) : undefined,
    executionErrorInfo: failed ? { message: failure.message } : undefined,
    canRetry: statusClass(status) === 'failure',
    showRetryHistory: fromStage,
    abortedBy:
      abortedBy !== undefined && status === 'Aborted'
        ? { email: abortedBy.email, userName: abortedBy.name, createdAt: endTs }
        : undefined,
  };
}

function parentView({ parent, project }: Execution): object {
  if (parent === undefined) return { hasParentPipeline: false };
  return {
    hasParentPipeline: true,
    stageNodeId: parent.stageId,
    executionId: parent.planExecutionId,
    identifier: parent.pipeline,
    projectId: project.identifier,
    orgId: project.organization.identifier,
    runSequence: parent.runSequence,
  };
}
