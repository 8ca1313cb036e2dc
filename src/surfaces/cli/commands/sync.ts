import type { Run } from '../../../features/ingestion/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatDuration, type Terminal } from '../output.ts';
import { waitForRun } from '../progress.ts';

/** `plumbline sync <integration> [--full] [--wait]`. */
export const syncCommand: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('sync <integration>')
    .description('sync an integration now')
    .option('--full', 'read everything again, whatever changed', false)
    .option('--wait', 'wait until the run has ended', false)
    .option('--json', 'print the run as JSON', false)
    .action((integration: string, options: { full: boolean; wait: boolean; json: boolean }) =>
      run(async () => {
        const started = await api.send<Run>('POST', `api/v1/integrations/${encodeURIComponent(integration)}/sync`, {
          full: options.full,
        });
        if (!options.wait) {
          terminal.out(
            options.json ? `${JSON.stringify(started, null, 2)}\n` : `run ${started.id} ${started.status}\n`,
          );
          return exitCodes.good;
        }
        const ended = await waitForRun(api, started.id as number, terminal);
        if (options.json) terminal.out(`${JSON.stringify(ended, null, 2)}\n`);
        else printRun(ended, terminal);
        return runExitCode(ended);
      }),
    );
};

export function runExitCode(run: Run): number {
  if (run.status === 'success') return exitCodes.good;
  return run.status === 'partial' ? exitCodes.bad : exitCodes.failed;
}

function printRun(run: Run, terminal: Terminal): void {
  const counts =
    run.completeness === null ? '' : `, ${run.completeness.stored} of ${run.completeness.source} records stored`;
  const duration = run.durationMs === null ? '' : ` in ${formatDuration(run.durationMs)}`;
  terminal.out(
    `run ${run.id} ${run.status}${duration}: ${run.rowsChanged} rows changed, ${run.httpRequests} requests${counts}\n`,
  );
  if (run.error !== null) {
    terminal.out(`${run.error.code}: ${run.error.message}\n  ${run.error.remedy}\n`);
    if (run.error.upstream !== null) terminal.out(`  the other side said: ${run.error.upstream}\n`);
  }
}
