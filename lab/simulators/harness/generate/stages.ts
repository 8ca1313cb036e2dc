import { share } from '../../numbers.ts';
import type { Moment, Project, Stage } from '../model.ts';
import { buildOf, deploymentOf } from './facts.ts';
import { type Course, type Fate, fateOf, type Kind, rootOf } from './fates.ts';

type Draft = Omit<Stage, 'id' | 'moments'>;

const approval: Draft = { identifier: 'approve', name: 'Approve', type: 'Approval' };

/** The stages of a kind of pipeline, in their order. Stages of one group stand one after the other. */
function drafts(course: Course, project: Project, n: number, { kind, at }: { kind: Kind; at: number }): Draft[] {
  const root = rootOf(course, n);
  const build = (): Draft => ({
    identifier: 'build',
    name: 'Build',
    type: 'CI',
    build: buildOf(course, project, root, at),
  });
  const deploy = (environment: 0 | 1 | 2, more: { leaf?: number; group?: NonNullable<Stage['group']> } = {}): Draft => {
    const { leaf = 0, group } = more;
    const deployment = deploymentOf(course, project, root, { environment, leaf });
    const name = deployment.environment.identifier;
    const identifier = leaf === 0 ? name : `${name}_${leaf}`;
    return {
      identifier,
      name: `Deploy ${identifier}`,
      type: 'Deployment',
      deployment,
      ...(group === undefined ? {} : { group }),
    };
  };
  if (kind === 'build' || kind === 'retired') return [build()];
  if (kind === 'deploy') return [deploy(1), approval, deploy(2)];
  if (kind === 'parent') return [{ identifier: 'chained', name: 'Chained', type: 'Pipeline' }];
  if (kind === 'child') return [deploy(0)];
  const group = { id: 'together', kind: kind === 'matrix' ? ('strategy' as const) : ('parallel' as const) };
  const together =
    kind === 'matrix'
      ? [deploy(2, { group }), deploy(2, { leaf: 1, group })]
      : [deploy(0, { group }), deploy(1, { group })];
  return kind === 'matrix' ? together : [build(), ...together];
}

const endStatus: Partial<Record<Fate, string>> = {
  failed: 'Failed',
  retried: 'Failed',
  'own rollback': 'Failed',
  aborted: 'Aborted',
  expired: 'Expired',
  rejected: 'ApprovalRejected',
  'rejected of old': 'APPROVAL_REJECTED',
  'failure ignored': 'IgnoreFailed',
  frozen: 'AbortedByFreeze',
  errored: 'Errored',
  skipped: 'Skipped',
  suspended: 'Suspended',
  unheard: 'QuarantinedByPolicy',
};

/** Fates that let the stages after the struck one run. */
const goesOn: readonly Fate[] = ['success', 'failure ignored', 'slow', 'later rollback', 'pipeline rollback', 'bare'];

export interface Run {
  stages: Stage[];
  end: Moment;
}

export interface Wish {
  id: string;
  kind: Kind;
  fate: Fate;
  start: number;
  /** About how long a stage takes. */
  unit: number;
}

/** Lays the stages out in time; a group's stages run side by side. */
export function runOf(course: Course, project: Project, n: number, { id, kind, fate, start, unit }: Wish): Run {
  const all = drafts(course, project, n, { kind, at: start });
  const struck = struckStage(course, n, { fate, all });
  const stages: Stage[] = [];
  let at = start;
  let broken = false;
  let open = true;
  for (const [index, draft] of all.entries()) {
    const node = { ...draft, id: `${id}-s${index}` };
    if (!open) {
      stages.push({ ...node, moments: [] });
      continue;
    }
    const lasts = Math.floor(unit * (0.2 + 0.8 * share(course.seed, n, 40 + index)));
    const moments = momentsOf(
      { draft, at, lasts, fate: index === struck ? fate : 'success' },
      share(course.seed, n, 60),
    );
    stages.push(index === struck ? { ...node, moments, ...traces(fate, draft) } : { ...node, moments });
    const inGroup = draft.group !== undefined && all[index + 1]?.group !== undefined;
    if (!inGroup) at = Math.max(...stages.map((stage) => stage.moments.at(-1)?.at ?? 0));
    broken ||= index === struck && !goesOn.includes(fate);
    open = !broken || inGroup;
  }
  if (fate === 'later rollback') at = addRollback(stages, at, unit);
  return { stages, end: { at, ...statusOf(fate) } };
}

const statusOf = (fate: Fate): Omit<Moment, 'at'> => ({
  status: endStatus[fate] ?? (fate === 'later rollback' ? 'Failed' : 'Success'),
  ...(fate === 'unheard' ? { ends: true } : {}),
});

const isRejected = (fate: Fate): boolean => fate === 'rejected' || fate === 'rejected of old';

/** Which stage the fate strikes: approvals are where they are rejected and where they wait. */
function struckStage(course: Course, n: number, { fate, all }: { fate: Fate; all: readonly Draft[] }): number {
  const approving = all.findIndex(({ type }) => type === 'Approval');
  if ((isRejected(fate) || fate === 'slow') && approving !== -1) return approving;
  const deploying = all.findIndex(({ type }) => type === 'Deployment');
  if ((fate === 'own rollback' || fate === 'frozen') && deploying !== -1) return deploying;
  return Math.floor(share(course.seed, n, 30) * all.length);
}

function momentsOf(
  { draft, at, lasts, fate }: { draft: Draft; at: number; lasts: number; fate: Fate },
  length: number,
): Moment[] {
  const long = Math.floor((draft.type === 'Approval' ? 86_400_000 * 4 : 3_600_000 * 5) * (0.2 + length));
  const until = at + (fate === 'slow' ? long : lasts);
  const first = { at, status: draft.type === 'Approval' ? 'ApprovalWaiting' : 'Running' };
  return [first, { at: until, ...(fate === 'later rollback' ? { status: 'Success' } : statusOf(fate)) }];
}

function traces(fate: Fate, { type, deployment }: Draft): Partial<Stage> {
  const failed =
    ['failed', 'retried', 'own rollback', 'errored', 'expired', 'failure ignored'].includes(fate) || isRejected(fate);
  const [kind, message] = isRejected(fate)
    ? ['APPROVAL_REJECTION', 'Approval was rejected']
    : ['APPLICATION_ERROR', 'Step failed: exit code 1'];
  return {
    ...(failed ? { failure: { message, types: [kind] } } : {}),
    ...(fate === 'skipped' ? { skipped: "<+pipeline.name> == 'other'" } : {}),
    ...(fate === 'own rollback' && type === 'Deployment' ? { rollbackSteps: true } : {}),
    ...(fate === 'frozen' && deployment !== undefined ? { deployment: { ...deployment, freeze: 'year_end' } } : {}),
  };
}

/** Each deployment gets a stage that takes it back. Returns when the last one ended. */
function addRollback(stages: Stage[], from: number, unit: number): number {
  const until = from + Math.floor(unit / 2);
  for (const stage of stages.filter(({ type }) => type === 'Deployment'))
    stages.push({
      id: `${stage.id}r`,
      identifier: `prb-${stage.identifier}`,
      name: `Rollback ${stage.name}`,
      type: 'Deployment',
      ...(stage.deployment === undefined ? {} : { deployment: stage.deployment }),
      rollbackStage: true,
      moments: [
        { at: from, status: 'Running' },
        { at: until, status: 'Success' },
      ],
    });
  return until;
}

export const fateWith = (course: Course, n: number, newer: boolean): Fate => {
  const fate = fateOf(course, n);
  return fate === 'unheard' && !newer ? 'success' : fate;
};
