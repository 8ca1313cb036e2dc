import { setTimeout as delay } from 'node:timers/promises';
import type { Audit, Run } from '../../features/ingestion/contract.ts';
import type { ApiClient } from './api-client.ts';
import { formatDuration, type Terminal } from './output.ts';

const pollMs = 500;
const barWidth = 24;

/** Shows done/total: a bar that redraws itself on a terminal, a line per change otherwise. */
function progressWriter(terminal: Terminal): { show(text: string, done: number, total: number): void; end(): void } {
  let shown = '';
  return {
    show(text, done, total) {
      const filled = total === 0 ? 0 : Math.round((barWidth * done) / total);
      const bar = `[${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}]`;
      const line = terminal.interactive ? `\r\u001b[K${bar} ${done}/${total} ${text}` : `${done}/${total} ${text}\n`;
      if (line !== shown) terminal.err(line);
      shown = line;
    },
    end() {
      if (terminal.interactive && shown !== '') terminal.err('\r\u001b[K');
    },
  };
}

/** Waits until the run has ended. */
export async function waitForRun(api: ApiClient, id: number, terminal: Terminal): Promise<Run> {
  const writer = progressWriter(terminal);
  for (;;) {
    const run = await api.get<Run>(`api/v1/runs/${id}`);
    if (run.finishedAt !== null) {
      writer.end();
      return run;
    }
    const progress = run.progress;
    if (progress !== null) {
      const left = progress.secondsLeft === null ? '' : `, about ${formatDuration(progress.secondsLeft * 1000)} left`;
      const { recordsStaged, recordsTotal, tasksDone, tasksTotal } = progress;
      if (recordsTotal === null) writer.show(`tasks, ${recordsStaged} records${left}`, tasksDone, tasksTotal);
      else writer.show(`records, ${tasksDone} of ${tasksTotal} tasks${left}`, recordsStaged, recordsTotal);
    }
    await delay(pollMs);
  }
}

export async function waitForAudit(api: ApiClient, id: number, terminal: Terminal): Promise<Audit> {
  const writer = progressWriter(terminal);
  for (;;) {
    const audit = await api.get<Audit>(`api/v1/audits/${id}`);
    if (audit.status !== 'running') {
      writer.end();
      return audit;
    }
    writer.show('projects compared', audit.tasksDone, audit.tasksTotal);
    await delay(pollMs);
  }
}
