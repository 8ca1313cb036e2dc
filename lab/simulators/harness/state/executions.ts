import { randomBytes } from 'node:crypto';
import type {
  Build,
  Deployment,
  Execution,
  Failure,
  Moment,
  Pipeline,
  Stage,
  StageType,
  TriggerType,
} from '../model.ts';
import { isBeforeStart, isTerminal } from '../statuses.ts';
import type { World } from '../world.ts';

export interface StageWish {
  identifier: string;
  name?: string;
  type?: StageType;
  build?: Build;
  deployment?: Deployment;
  group?: NonNullable<Stage['group']>;
  child?: NonNullable<Stage['child']>;
}

export interface StartWish {
  /** Default now; a later time is one that the clock will reach. */
  at?: Date;
  /** Default `Running`. */
  status?: string;
  stages?: readonly StageWish[];
  trigger?: { type?: TriggerType; name?: string; email?: string; trigger?: string };
  tags?: Record<string, string>;
  /** Started by a stage of another run. */
  parent?: { execution: Execution; stage: string };
  /** Only these stages were asked for. */
  stagesExecuted?: string[];
  bare?: boolean;
}

export interface MoveWish {
  /** Moves this stage, not the run. */
  stage?: string;
  at?: Date;
  /** For a status that is in no list. */
  ends?: boolean;
  failure?: Failure;
  abortedBy?: { name: string; email: string };
  skipped?: string;
  rollbackSteps?: boolean;
}

const newId = (): string => randomBytes(17).toString('base64url').slice(0, 22);

export function startExecution(world: World, pipeline: Pipeline, wish: StartWish): Execution {
  const { status = 'Running', stages = [], trigger = {}, tags = {}, parent } = wish;
  const { project } = pipeline;
  const id = newId();
  const at = (wish.at ?? world.now()).getTime();
  const runs = [...project.executions.values()].filter((one) => one.pipeline === pipeline);
  const execution: Execution = {
    id,
    project,
    pipeline,
    runSequence: runs.length + 1,
    createdAt: at,
    moments: [{ at, status }],
    stages: stages.map((stage, index) => newStage(id, index, stage)),
    trigger: { type: 'MANUAL', name: 'Ada Byron', email: 'ada@example.com', ...trigger },
    mode: 'NORMAL',
    tags,
    ...(wish.stagesExecuted === undefined ? {} : { stagesExecuted: wish.stagesExecuted }),
    ...(wish.bare === undefined ? {} : { bare: wish.bare }),
    ...(parent === undefined ? {} : { parent: parentOf(parent) }),
  };
  if (!isBeforeStart(status)) beginFirst(execution, at);
  project.executions.set(id, execution);
  return execution;
}

function newStage(id: string, index: number, wish: StageWish): Stage {
  const { name = wish.identifier, type, ...rest } = plainStage(wish);
  const usual = rest.build === undefined ? 'Deployment' : 'CI';
  return { ...rest, id: `${id}-s${index}`, name, type: type ?? usual, moments: [] };
}

/** A stage that runs side by side with others begins with them. */
function beginFirst({ stages }: Execution, at: number): void {
  const [first] = stages;
  for (const stage of stages)
    if (stage === first || (stage.group !== undefined && stage.group.id === first?.group?.id))
      stage.moments.push({ at, status: 'Running' });
}

function parentOf({ execution, stage }: NonNullable<StartWish['parent']>): NonNullable<Execution['parent']> {
  const found = stageNamed(execution, stage);
  return {
    planExecutionId: execution.id,
    stageId: found.id,
    pipeline: execution.pipeline.identifier,
    runSequence: execution.runSequence,
  };
}

export function stageNamed({ stages, id }: Execution, identifier: string): Stage {
  const found = stages.find((stage) => stage.identifier === identifier);
  if (found === undefined) throw new Error(`Execution ${id} has no stage ${identifier}.`);
  return found;
}

/** From then on it has another status; what was to come is forgotten. A run that ends takes its open stages with it. */
export function moveExecution(world: World, execution: Execution, status: string, wish: MoveWish): void {
  const { stage, at = world.now(), ends, failure, abortedBy, skipped, rollbackSteps } = wish;
  const moment: Moment = { at: at.getTime(), status, ...(ends === undefined ? {} : { ends }) };
  if (stage !== undefined) {
    const moved = stageNamed(execution, stage);
    moved.moments = [...moved.moments.filter((one) => one.at <= moment.at), moment];
    Object.assign(moved, {
      ...(failure && { failure }),
      ...(skipped && { skipped }),
      ...(rollbackSteps && { rollbackSteps }),
    });
    return;
  }
  const wasWaiting = execution.moments.every((one) => isBeforeStart(one.status));
  execution.moments = [...execution.moments.filter((one) => one.at <= moment.at), moment];
  Object.assign(execution, { ...(failure && { failure }), ...(abortedBy && { abortedBy }) });
  if (ends ?? isTerminal(status)) endStages(execution, moment);
  else if (wasWaiting && !isBeforeStart(status)) beginFirst(execution, moment.at);
}

function endStages({ stages }: Execution, moment: Moment): void {
  for (const stage of stages) {
    const last = stage.moments.at(-1);
    if (last !== undefined && !(last.ends ?? isTerminal(last.status))) stage.moments.push({ ...moment });
  }
}

/** A run again; from the failed stage it takes the first one's place. */
export function runAgain(world: World, earlier: Execution, kind: 'whole' | 'from stage', wish: StartWish): Execution {
  const stages = wish.stages ?? earlier.stages.filter(({ rollbackStage }) => rollbackStage !== true);
  const again = startExecution(world, earlier.pipeline, {
    tags: earlier.tags,
    trigger: earlier.trigger,
    ...wish,
    stages,
  });
  again.rerun = { previous: earlier.id, root: earlier.rerun?.root ?? earlier.id, kind };
  if (kind === 'from stage') earlier.supersededAt = again.createdAt;
  return again;
}

/** Of a stage of another run only what it is, not how it went. */
const plainStage = ({ identifier, name, type, build, deployment, group, child }: StageWish): StageWish => ({
  identifier,
  ...(name === undefined ? {} : { name }),
  ...(type === undefined ? {} : { type }),
  ...(build === undefined ? {} : { build }),
  ...(deployment === undefined ? {} : { deployment }),
  ...(group === undefined ? {} : { group }),
  ...(child === undefined ? {} : { child }),
});

/** Takes an ended run back: it goes on with a stage that undoes each deployment. */
export function rollBack(world: World, execution: Execution, at = world.now()): void {
  const from = at.getTime();
  execution.mode = 'POST_EXECUTION_ROLLBACK';
  execution.moments.push({ at: from, status: 'Running' });
  for (const stage of execution.stages.filter(({ type }) => type === 'Deployment'))
    execution.stages.push({
      ...stage,
      id: `${stage.id}r`,
      identifier: `prb-${stage.identifier}`,
      name: `Rollback ${stage.name}`,
      rollbackStage: true,
      moments: [{ at: from, status: 'Running' }],
    });
}
