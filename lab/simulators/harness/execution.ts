import type { Execution, Moment } from './model.ts';
import { isBeforeStart, isTerminal } from './statuses.ts';

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
