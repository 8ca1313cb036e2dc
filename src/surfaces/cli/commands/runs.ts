import type { RunList } from '../../../features/ingestion/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatDuration, formatTable } from '../output.ts';

/** `plumbline runs [--integration X] [--status failed]`. */
export const runCommands: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('runs')
    .description('list runs, newest first; planned ones come first')
    .option('--integration <name>', 'only of this integration')
    .option('--status <status>', 'only with this status (several with commas)')
    .option('--kind <kind>', 'only of this kind (several with commas)')
    .option('--json', 'print as JSON', false)
    .action((options: { integration?: string; status?: string; kind?: string; json: boolean }) =>
      run(async () => {
        const { integration, status, kind } = options;
        const list = await api.get<RunList>('api/v1/runs', { integration, status, kind });
        if (options.json) {
          terminal.out(`${JSON.stringify(list, null, 2)}\n`);
          return exitCodes.good;
        }
        const rows = list.runs.map((row) => [
          row.id,
          row.integrationName,
          row.kind,
          row.status,
          row.startedAt,
          row.durationMs === null ? '' : formatDuration(row.durationMs),
          row.retries,
          row.completeness === null ? '' : `${row.completeness.stored}/${row.completeness.source}`,
          row.rowsGone,
          row.rowsHeld,
          row.error?.code ?? '',
        ]);
        terminal.out(
          `${formatTable(['id', 'integration', 'process', 'status', 'started', 'took', 'retries', 'completeness', 'gone', 'held', 'error'], rows)}\n`,
        );
        return exitCodes.good;
      }),
    );
};
