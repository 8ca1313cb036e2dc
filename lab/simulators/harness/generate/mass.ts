import { hex8, mix, share } from '../../numbers.ts';
import type { Execution, Mass, Moment, Pipeline, Project, TriggerType } from '../model.ts';
import { personOf } from './facts.ts';
import { type Course, fateOf, type Kind, kindOf, rootOf } from './fates.ts';
import { fateWith, runOf } from './stages.ts';

export interface MassPlan {
  count: number;
  /** Starts lie evenly between these two. */
  from: Date;
  to: Date;
  seed: number;
  /** Whether statuses that are in no list occur; default true. */
  unheardStatuses?: boolean;
}

export function createMass(project: Project, plan: MassPlan, pipelines: Readonly<Record<Kind, Pipeline>>): Mass {
  const { count, seed, unheardStatuses = true } = plan;
  const course: Course = { seed, count };
  const from = plan.from.getTime();
  const step = (plan.to.getTime() - from) / Math.max(1, count);
  const startOf = (n: number): number => Math.floor(from + n * step + share(seed, n, 10) * step * 0.7);
  const createdOf = (n: number): number => startOf(n) - Math.floor(share(seed, n, 11) * Math.min(60_000, step * 0.05));
  const idOf = (n: number): string => executionId(project.ordinal, seed, n);
  const at = (n: number): Execution => {
    const id = idOf(n);
    const kind = kindOf(course, n);
    const fate = fateWith(course, n, unheardStatuses);
    const start = startOf(n);
    const created = createdOf(n);
    const unit = Math.min(180_000, step * 0.05);
    const { stages, end } = runOf(course, project, n, { id, kind, fate, start, unit });
    const failure = stages.find((stage) => stage.failure !== undefined)?.failure;
    const chained = stages.find(({ type }) => type === 'Pipeline');
    if (chained !== undefined) chained.child = { planExecutionId: idOf(n + 1), project };
    return {
      id,
      project,
      pipeline: pipelines[kind],
      runSequence: n + 1,
      createdAt: created,
      moments: momentsOf({ created, start, end, stages }),
      stages,
      trigger: triggerOf(course, n),
      ...rerunOf(course, n, { idOf, createdOf }),
      mode:
        fate === 'pipeline rollback'
          ? 'PIPELINE_ROLLBACK'
          : fate === 'later rollback'
            ? 'POST_EXECUTION_ROLLBACK'
            : 'NORMAL',
      ...(kind === 'child'
        ? { parent: { planExecutionId: idOf(n - 1), stageId: `${idOf(n - 1)}-s0`, pipeline: 'parent', runSequence: n } }
        : {}),
      ...(failure === undefined ? {} : { failure }),
      ...(fate === 'aborted' ? { abortedBy: personOf(course, n + 1) } : {}),
      ...(fate === 'bare' ? { bare: true } : {}),
      tags: n % 5 === 0 ? { team: 'a' } : {},
    };
  };
  const number = (time: number): number => Math.min(count, Math.max(0, Math.floor((time - from) / step)));
  return {
    count,
    at,
    between: (start, end) => [Math.max(0, number(start) - 1), Math.min(count, number(end) + 1)],
    find: (id) => {
      const n = Number.parseInt(id.slice(-5), 36);
      return n < count && id === idOf(n) ? at(n) : undefined;
    },
  };
}

/** 22 characters, as the server's; the number stands at the end, so that nothing needs an index. */
function executionId(ordinal: number, seed: number, n: number): string {
  const mixed = `${hex8(mix(seed, n, 90))}${hex8(mix(seed, n, 91))}`.slice(0, 14);
  return `${mixed}${ordinal.toString(36).padStart(3, '0')}${n.toString(36).padStart(5, '0')}`;
}

/** The run queues, runs, waits where its stages wait, and ends. */
function momentsOf(times: { created: number; start: number; end: Moment; stages: Execution['stages'] }): Moment[] {
  const { created, start, end, stages } = times;
  const moments: Moment[] = created < start ? [{ at: created, status: 'Queued' }] : [];
  moments.push({ at: start, status: 'Running' });
  for (const { type, moments: own } of stages) {
    const [waiting, done] = own;
    if (type !== 'Approval' || waiting === undefined || done === undefined) continue;
    moments.push({ at: waiting.at, status: 'ApprovalWaiting' });
    if (done.at < end.at) moments.push({ at: done.at, status: 'Running' });
  }
  return [...moments, end];
}

interface Times {
  idOf(n: number): string;
  createdOf(n: number): number;
}

/** A retry names the one before it and the first one; a run again from its start names the run before. */
function rerunOf(course: Course, n: number, { idOf, createdOf }: Times): Pick<Execution, 'rerun' | 'supersededAt'> {
  const root = rootOf(course, n);
  const rerun: Execution['rerun'] | undefined =
    root < n ? { previous: idOf(n - 1), root: idOf(root), kind: 'from stage' } : undefined;
  return {
    ...(rerun === undefined ? {} : { rerun }),
    ...(fateOf(course, n) === 'retried' ? { supersededAt: createdOf(n + 1) } : {}),
  };
}

const triggers: readonly TriggerType[] = [
  'WEBHOOK',
  'WEBHOOK',
  'MANUAL',
  'SCHEDULER_CRON',
  'ARTIFACT',
  'WEBHOOK_CUSTOM',
];

function triggerOf(course: Course, n: number): Execution['trigger'] {
  const type = triggers[Math.floor(share(course.seed, n, 12) * triggers.length)] ?? 'MANUAL';
  return { type, ...personOf(course, n), ...(type === 'MANUAL' ? {} : { trigger: `${type.toLowerCase()}_1` }) };
}
