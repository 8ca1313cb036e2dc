import { hiddenAt, standingAt } from './execution.ts';
import type { Execution, Project } from './model.ts';

export interface Span {
  /** Both inclusive, milliseconds. */
  start: number;
  end: number;
}

/** Executions that the server knows at a time, hidden ones too; with a span, those that started in it. */
export function* executionsOf(project: Project, now: number, span?: Span): Generator<Execution> {
  const { mass, executions } = project;
  if (mass !== null) {
    const [from, to] = span === undefined ? [0, mass.count] : mass.between(span.start, span.end);
    for (let n = from; n < to; n += 1) {
      const execution = mass.at(n);
      if (execution.createdAt > now) break;
      if (startedIn(execution, now, span)) yield execution;
    }
  }
  for (const execution of executions.values())
    if (execution.createdAt <= now && startedIn(execution, now, span)) yield execution;
}

/** What has not started lies in no span. */
function startedIn(execution: Execution, now: number, span: Span | undefined): boolean {
  if (span === undefined) return true;
  const { startTs } = standingAt(execution.moments, now);
  return startTs !== undefined && startTs >= span.start && startTs <= span.end;
}

export function findExecution(project: Project, id: string, now: number): Execution | undefined {
  const found = project.executions.get(id) ?? project.mass?.find(id);
  return found !== undefined && found.createdAt <= now ? found : undefined;
}

/** Whether the list shows it; a child is shown to who names its pipeline. */
export function isListed(execution: Execution, now: number, pipelineNamed: boolean): boolean {
  const hidden = hiddenAt(execution, now);
  return hidden === null || (hidden === 'child' && pipelineNamed);
}
