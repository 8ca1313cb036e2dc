import { PlumblineError } from '../../../platform/errors/index.ts';

/** How a deployment ended by itself; whether it was taken back later is told apart. */
export const deploymentStatuses = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'aborted',
  'skipped',
  'unknown',
] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

/** What a pipeline can say of its deployment. */
export type ReportedState = 'started' | 'succeeded' | 'failed' | 'aborted' | 'rolled_back';

/** What is known of one deployment that a pipeline reports. */
export interface Reported {
  status: DeploymentStatus;
  startedAt: Date | null;
  endedAt: Date | null;
  rolledBackAt: Date | null;
  image: string | null;
  digest: string | null;
  /** What was deployed where it is no image. */
  version: string | null;
  commit: string | null;
  environmentType: 'production' | 'pre_production' | null;
  link: string | null;
}

export interface Report extends Pick<Reported, 'image' | 'digest' | 'version' | 'commit' | 'environmentType' | 'link'> {
  state: ReportedState;
  /** When it came to be so. */
  at: Date;
  startedAt: Date | null;
}

/** Clocks of pipelines differ from ours by less. */
const tolerance = 10 * 60_000;
const earliest = new Date('2000-01-01T00:00:00Z');

/**
 * What is known after a report: it moves a deployment on and never back. A report that comes late or twice changes nothing;
 * one that says otherwise than what is known is refused. Throws `deployment_time_invalid`, `deployment_differs` and
 * `deployment_ended_otherwise`.
 */
export function reported(known: Reported | undefined, report: Report, now: Date): Reported {
  requireTimes(report, known, now);
  const facts = { ...sameFacts(known, report), link: report.link ?? known?.link ?? null };
  const before = {
    status: known?.status ?? 'unknown',
    endedAt: known?.endedAt ?? null,
    rolledBackAt: known?.rolledBackAt ?? null,
  };
  const startedAt = known?.startedAt ?? beginOf(report, before.endedAt);
  return { ...facts, startedAt, ...movedOn(before, report, startedAt) };
}

/** One that is told late, by the time it came, would lie behind the end: then it is not known. */
function beginOf({ state, at, startedAt }: Report, endedAt: Date | null): Date | null {
  const told = startedAt ?? (state === 'started' ? at : null);
  return told !== null && endedAt !== null && told > endedAt ? null : told;
}

type Standing = Pick<Reported, 'status' | 'endedAt' | 'rolledBackAt'>;

function movedOn(before: Standing, { state, at }: Report, startedAt: Date | null): Standing {
  const { status, endedAt, rolledBackAt } = before;
  if (state === 'rolled_back') return { status, endedAt, rolledBackAt: rolledBackAt ?? at };
  const hasEnded = status === 'succeeded' || status === 'failed' || status === 'aborted';
  if (state === 'started') return hasEnded ? before : { ...before, status: 'running' };
  if (hasEnded && status !== state) {
    throw new PlumblineError('deployment_ended_otherwise', {
      message: `This deployment was reported as ${status} before, and is not ${state} now.`,
    });
  }
  // The clocks of two machines may make an end lie before its begin.
  const end = startedAt !== null && at < startedAt ? startedAt : at;
  return { status: state, endedAt: endedAt ?? end, rolledBackAt };
}

function requireTimes({ at, startedAt }: Report, known: Reported | undefined, now: Date): void {
  const began = known?.startedAt ?? startedAt;
  for (const time of [at, startedAt]) {
    if (time === null) continue;
    if (time.getTime() > now.getTime() + tolerance) throw badTime(`${time.toISOString()} lies in the future.`);
    if (time < earliest) throw badTime(`${time.toISOString()} lies too far in the past.`);
  }
  if (began !== null && at.getTime() < began.getTime() - tolerance)
    throw badTime(`It cannot have ended at ${at.toISOString()}: it began at ${began.toISOString()}.`);
}

const badTime = (message: string): PlumblineError => new PlumblineError('deployment_time_invalid', { message });

const facts = ['image', 'digest', 'version', 'commit', 'environmentType'] as const;
const factNames = {
  image: 'image',
  digest: 'digest',
  version: 'version',
  commit: 'commit',
  environmentType: 'type of the environment',
};

function sameFacts(known: Reported | undefined, report: Report): Pick<Reported, (typeof facts)[number]> {
  for (const fact of facts) {
    const [stored, told] = [known?.[fact] ?? null, report[fact]];
    if (stored === null || told === null || stored === told) continue;
    throw new PlumblineError('deployment_differs', {
      message: `The ${factNames[fact]} of this deployment is ${stored}, and cannot become ${told}.`,
    });
  }
  return {
    image: known?.image ?? report.image,
    digest: known?.digest ?? report.digest,
    version: known?.version ?? report.version,
    commit: known?.commit ?? report.commit,
    environmentType: known?.environmentType ?? report.environmentType,
  };
}

/** When it took effect: its end, or its begin while it has none. */
export const effectiveAt = ({ startedAt, endedAt, rolledBackAt }: Reported, at: Date): Date =>
  endedAt ?? startedAt ?? rolledBackAt ?? at;
