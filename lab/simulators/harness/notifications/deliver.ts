import { gzipSync } from 'node:zlib';
import type { Execution, Moment, Stage } from '../model.ts';
import { isBeforeStart, statusClass } from '../statuses.ts';
import type { World } from '../world.ts';
import { notificationBody } from './bodies.ts';
import type { EventType, Rule } from './model.ts';

/** A receiver gets this long. */
const patienceMs = 10_000;

export interface Happening {
  execution: Execution;
  stage?: Stage;
  event: EventType;
  at: number;
}

/** What one new status means; an end and how it ended are two events. */
function eventsOf(before: Moment | undefined, moment: Moment, stage: boolean): EventType[] {
  const kind = statusClass(moment.status);
  const starts = (before === undefined || isBeforeStart(before.status)) && !isBeforeStart(moment.status);
  if (stage) {
    if (starts && kind !== 'success' && kind !== 'failure') return ['StageStart'];
    return kind === 'success' ? ['StageSuccess'] : kind === 'failure' ? ['StageFailed'] : [];
  }
  if (kind === 'success') return ['PipelineEnd', 'PipelineSuccess'];
  if (kind === 'failure') return ['PipelineEnd', 'PipelineFailed'];
  if (kind === 'cancelled' || kind === 'neutral') return ['PipelineEnd'];
  if (starts) return ['PipelineStart'];
  return ['Paused', 'Pausing'].includes(moment.status) ? ['PipelinePause'] : [];
}

/** What became due and was not told yet, in its order; `told` remembers it. */
export function happenings(execution: Execution, until: number, told: WeakSet<Moment>): Happening[] {
  const found: Happening[] = [];
  const look = (moments: readonly Moment[], stage?: Stage): void => {
    for (const [index, moment] of moments.entries()) {
      if (moment.at > until || told.has(moment)) continue;
      told.add(moment);
      for (const event of eventsOf(moments[index - 1], moment, stage !== undefined))
        found.push({ execution, ...(stage === undefined ? {} : { stage }), event, at: moment.at });
    }
  };
  look(execution.moments);
  for (const stage of execution.stages) look(stage.moments, stage);
  return found.sort((one, other) => one.at - other.at);
}

const wants = ({ project, pipeline, events }: Rule, { execution, event }: Happening): boolean =>
  project === execution.project &&
  (pipeline === undefined || pipeline === execution.pipeline.identifier) &&
  (events.includes('AllEvents') || events.includes(event));

/** Tells every rule that wants it, once: nothing is sent again. */
export function tell(world: World, happening: Happening): void {
  for (const rule of world.rules.filter((one) => wants(one, happening))) {
    const body = JSON.stringify(notificationBody(world, happening));
    const sending = post(rule, body).then((status) => {
      world.sent.push({ event: happening.event, planExecutionId: happening.execution.id, body, status });
    });
    world.sending.add(sending);
    void sending.finally(() => world.sending.delete(sending));
  }
}

async function post({ url, headers, gzip }: Rule, body: string): Promise<number | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers, ...(gzip ? { 'Content-Encoding': 'gzip' } : {}) },
      body: gzip ? gzipSync(body) : body,
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'manual',
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}
