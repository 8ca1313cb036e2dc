import type { Pipeline, Project } from './world.ts';
import { isBeforeStart, isTerminal } from './statuses.ts';

/** From this time on it has this status; times are milliseconds. */
export interface Moment {
  at: number;
  status: string;
  /** A status that is in no list ends a run only where it says so. */
  ends?: boolean;
}

export type StageType = 'CI' | 'Deployment' | 'Custom' | 'Approval' | 'Pipeline';

export interface Commit {
  id: string;
  message: string;
  ownerName: string;
  ownerEmail: string;
  /** Milliseconds, or seconds: the vendor does not say which. */
  timeStamp: number;
}

export interface Image {
  host: string;
  path: string;
  tag: string;
  digest: string;
}

export interface Build {
  /** Without its owner, as the server sends it. */
  repository: string;
  /** Clone address. */
  url: string;
  branch: string;
  pullRequest?: { number: number; title: string; targetBranch: string };
  /** Newest first. None on a run by hand: then the summary has no commits and only the stage graph tells `head`. */
  commits: Commit[];
  head: string;
  /** What it pushed. */
  images: Image[];
}

export interface Deployment {
  service: { identifier: string; name: string; type: string };
  environment: { identifier: string; name: string; type: 'Production' | 'PreProduction' };
  infrastructure: string;
  /** None where the service has no artifact. */
  image?: Image;
  /** A freeze that stopped it. */
  freeze?: string;
}

export interface Failure {
  message: string;
  types: string[];
}

export interface Stage {
  /** `nodeUuid`, and its key in the layout. */
  id: string;
  identifier: string;
  name: string;
  type: StageType;
  /** Oldest first; none: it was never reached. */
  moments: Moment[];
  /** Stages of one group stand below one node and run side by side. */
  group?: { id: string; kind: 'parallel' | 'strategy' };
  build?: Build;
  deployment?: Deployment;
  failure?: Failure;
  /** Why it was skipped. */
  skipped?: string;
  /** A stage that a rollback after the run added. */
  rollbackStage?: boolean;
  /** The stage rolled itself back when it failed; only its graph says so. */
  rollbackSteps?: boolean;
  /** The run of a chained pipeline. */
  child?: { planExecutionId: string; project: Project };
}

export type ExecutionMode = 'NORMAL' | 'POST_EXECUTION_ROLLBACK' | 'PIPELINE_ROLLBACK';
export type TriggerType = 'MANUAL' | 'WEBHOOK' | 'WEBHOOK_CUSTOM' | 'SCHEDULER_CRON' | 'ARTIFACT' | 'MANIFEST' | 'NOOP';

export interface Execution {
  id: string;
  project: Project;
  pipeline: Pipeline;
  runSequence: number;
  /** From then on the server knows it. */
  createdAt: number;
  /** Oldest first; the first one is at `createdAt`. */
  moments: Moment[];
  stages: Stage[];
  trigger: { type: TriggerType; name: string; email: string; trigger?: string };
  /** A run again: from its start, or from the stage that failed. */
  rerun?: { previous: string; root: string; kind: 'whole' | 'from stage' };
  /** When a retry from a failed stage took its place: from then on the list hides it. */
  supersededAt?: number;
  mode: ExecutionMode;
  /** The run that holds this one as a stage. */
  parent?: { planExecutionId: string; stageId: string; pipeline: string; runSequence: number };
  failure?: Failure;
  abortedBy?: { name: string; email: string };
  /** Only some of the stages were asked for. */
  stagesExecuted?: string[];
  tags: Record<string, string>;
  /** Has nothing but what every row must have. */
  bare?: boolean;
}

/** The last moment that has come; undefined before the first one. */
export function momentAt(moments: readonly Moment[], now: number): Moment | undefined {
  let current: Moment | undefined;
  for (const moment of moments) if (moment.at <= now) current = moment;
  return current;
}

const hasEnded = (moment: Moment): boolean => moment.ends ?? isTerminal(moment.status);

export interface Standing {
  status: string;
  startTs?: number;
  endTs?: number;
  /** When it last changed. */
  changedAt: number;
}

/** How a run or a stage stands at a time: a function of its moments, so that nothing has to be moved on. */
export function standingAt(moments: readonly Moment[], now: number): Standing {
  const current = momentAt(moments, now);
  if (current === undefined) return { status: 'NotStarted', changedAt: 0 };
  const start = moments.find(({ at, status }) => at <= now && !isBeforeStart(status));
  return {
    status: current.status,
    ...(start === undefined ? {} : { startTs: start.at }),
    ...(hasEnded(current) ? { endTs: current.at } : {}),
    changedAt: current.at,
  };
}

/** Why the list of executions does not show a row. */
export type Hidden = 'superseded' | 'pipeline_rollback' | 'child' | 'deleted_pipeline';

export function hiddenAt(execution: Execution, now: number): Hidden | null {
  if (execution.pipeline.deleted) return 'deleted_pipeline';
  if (execution.mode === 'PIPELINE_ROLLBACK') return 'pipeline_rollback';
  if (execution.supersededAt !== undefined && execution.supersededAt <= now) return 'superseded';
  return execution.parent === undefined ? null : 'child';
}

export const isRolledBack = ({ mode, stages }: Execution): boolean =>
  mode !== 'NORMAL' ||
  stages.some(({ rollbackStage, rollbackSteps }) => rollbackStage === true || rollbackSteps === true);
