import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Hidden, hiddenAt, isRolledBack, standingAt } from './execution.ts';
import { executionsOf } from './executions.ts';
import type { Account, Execution, Stage } from './model.ts';
import { statusClass } from './statuses.ts';
import { projectsOf } from './world.ts';

interface TrueStage {
  id: string;
  identifier: string;
  type: Stage['type'];
  status: string;
}

interface TrueDeployment {
  stageId: string;
  service: string;
  environment: string;
  environmentType: string;
  infrastructure: string;
  status: string;
  startTs: number | null;
  endTs: number | null;
  /** A stage that takes another one's deployment back. */
  rollback: boolean;
  /** It was taken back: by its own steps when it failed, or by such a stage. */
  rolledBack: boolean;
  /** `host/path:tag`. */
  image: string | null;
  digest: string | null;
}

/** One execution as it is. */
export interface TruthRow {
  organization: string;
  project: string;
  pipeline: string;
  planExecutionId: string;
  runSequence: number;
  /** Why the list does not show it. */
  hidden: Hidden | null;
  status: string;
  createdAt: number;
  startTs: number | null;
  endTs: number | null;
  mode: Execution['mode'];
  rolledBack: boolean;
  triggerType: string;
  /** The run that this one retries or runs again. */
  previous: string | null;
  root: string | null;
  /** The list tells neither stages nor commits nor deployments of it. */
  bare: boolean;
  /** Stages that began. */
  stages: TrueStage[];
  /** Newest first; empty for runs by hand, whose commit only the stage graph tells. */
  commits: string[];
  deployments: TrueDeployment[];
}

export function* truthOf(account: Account, now: number): Generator<TruthRow> {
  for (const project of projectsOf(account))
    for (const execution of executionsOf(project, now)) yield rowOf(execution, now);
}

/** One JSON object a line. Returns how many. */
export async function writeTruth(rows: Iterable<TruthRow>, file: string): Promise<number> {
  let count = 0;
  const lines = function* (): Generator<string> {
    for (const row of rows) {
      count += 1;
      yield `${JSON.stringify(row)}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return count;
}

function rowOf(execution: Execution, now: number): TruthRow {
  const { project, moments, rerun, bare = false } = execution;
  const { status, startTs, endTs } = standingAt(moments, now);
  const begun = bare ? [] : execution.stages.filter((stage) => standingAt(stage.moments, now).startTs !== undefined);
  return {
    organization: project.organization.identifier,
    project: project.identifier,
    pipeline: execution.pipeline.identifier,
    planExecutionId: execution.id,
    runSequence: execution.runSequence,
    hidden: hiddenAt(execution, now),
    status,
    createdAt: execution.createdAt,
    startTs: startTs ?? null,
    endTs: endTs ?? null,
    mode: execution.mode,
    rolledBack: isRolledBack({ ...execution, stages: begun }),
    triggerType: execution.trigger.type,
    previous: rerun?.previous ?? null,
    root: rerun?.root ?? null,
    bare,
    stages: begun.map(({ id, identifier, type, moments: own }) => ({
      id,
      identifier,
      type,
      status: standingAt(own, now).status,
    })),
    commits: begun.flatMap(({ build }) => build?.commits.map(({ id }) => id) ?? []),
    deployments: begun.flatMap((stage) => deploymentsOf(stage, begun, now)),
  };
}

function deploymentsOf(stage: Stage, begun: readonly Stage[], now: number): TrueDeployment[] {
  const { deployment, rollbackStage = false, rollbackSteps = false } = stage;
  if (deployment === undefined) return [];
  const { service, environment, infrastructure, image } = deployment;
  const { status, startTs, endTs } = standingAt(stage.moments, now);
  return [
    {
      stageId: stage.id,
      service: service.identifier,
      environment: environment.identifier,
      environmentType: environment.type,
      infrastructure,
      status,
      startTs: startTs ?? null,
      endTs: endTs ?? null,
      rollback: rollbackStage,
      rolledBack: rollbackSteps || begun.some(({ identifier }) => identifier === `prb-${stage.identifier}`),
      image: image === undefined ? null : `${image.host}/${image.path}:${image.tag}`,
      digest: image?.digest ?? null,
    },
  ];
}

/** What runs where by the rows that the list shows: of each service and environment the last good one that still stands. */
export function runningWhere(rows: Iterable<TruthRow>): Map<string, TrueDeployment> {
  const newest = new Map<string, TrueDeployment>();
  for (const { hidden, organization, project, deployments } of rows) {
    if (hidden !== null) continue;
    for (const one of deployments) {
      if (statusClass(one.status) !== 'success' || one.rollback || one.rolledBack) continue;
      const place = `${organization}/${project} ${one.service} ${one.environment}`;
      if ((newest.get(place)?.endTs ?? 0) <= (one.endTs ?? 0)) newest.set(place, one);
    }
  }
  return newest;
}
