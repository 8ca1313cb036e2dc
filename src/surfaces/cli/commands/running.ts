import { Option } from 'commander';
import type { FixesList, RunningList, RunningRow } from '../../../features/running/contract.ts';
import { secondsOfAge } from '../age.ts';
import type { ApiClient } from '../api-client.ts';
import type { CliCommand } from '../context.ts';
import { renderFixes } from '../fixes-lines.ts';
import { exitCodes } from '../output.ts';
import { renderRunning, type RunningFormat, runningFormats } from '../running-lines.ts';

interface Options {
  failed: boolean;
  fixes: boolean;
  severity?: string;
  environment?: string;
  team?: string;
  maxAge?: number;
  asOf?: string;
  format: RunningFormat;
  json: boolean;
}

/** `plumbline running`: exit 2 when something that runs failed, 3 when nothing proves that all of it passed, 0 else. */
export const runningCommand: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('running')
    .description('show what runs where, with the verdict on each image')
    .option('--failed', 'print only what failed', false)
    .option('--fixes', 'print how long it took from a vulnerability to the deployment of its fix', false)
    .option('--severity <severities>', 'with --fixes: only these, for example critical,high')
    .option('--environment <name>', 'only this environment')
    .option('--team <name>', 'only what is of this team')
    .option('--max-age <age>', 'take nothing for passed that was read longer ago, for example 2h', secondsOfAge)
    .option('--as-of <time>', 'what was said then, for example 2026-09-30T12:00:00Z')
    .addOption(new Option('--format <format>', 'how to print').choices([...runningFormats]).default('text'))
    .option('--json', 'the same as --format json', false)
    .action((options: Options) =>
      run(async () => {
        if (options.fixes) return printFixes(api, terminal, options);
        const { rows, asOf, untold } = await everyRow(api, options);
        const shown = options.failed ? rows.filter(({ state }) => state === 'failed') : rows;
        terminal.out(
          renderRunning(shown, { format: options.json ? 'json' : options.format, asOf, untold, of: rows.length }),
        );
        return exitOf(rows, untold);
      }),
    );
};

/** Exit 2 when anything runs that is fixed in the code already, 3 when nothing is known, 0 else. */
async function printFixes(
  api: ApiClient,
  terminal: Parameters<CliCommand>[1]['terminal'],
  { environment, team, severity, json, format }: Options,
): Promise<number> {
  const answer = await api.get<FixesList>('api/v1/running/fixes', { environment, team, severity, pageSize: atOnce });
  terminal.out(renderFixes(answer, json ? 'json' : format));
  if (answer.figures.waiting > 0) return exitCodes.bad;
  return answer.since === null ? exitCodes.noData : exitCodes.good;
}

const atOnce = 500;

async function everyRow(api: ApiClient, options: Options): Promise<Pick<RunningList, 'rows' | 'asOf' | 'untold'>> {
  const rows = new Map<number, RunningRow>();
  const { environment, team, maxAge, asOf } = options;
  for (let page = 1; ; page += 1) {
    const answer = await api.get<RunningList>('api/v1/running', {
      environment,
      team,
      maxAge,
      asOf,
      page,
      pageSize: atOnce,
    });
    for (const row of answer.rows) rows.set(row.id, row);
    if (answer.rows.length < atOnce) return { rows: [...rows.values()], asOf: answer.asOf, untold: answer.untold };
  }
}

/** What is printed does not matter here. Where nothing is known to run, or some of it is gone, nothing is known to have passed. */
function exitOf(rows: readonly RunningRow[], untold: RunningList['untold']): number {
  if (rows.some(({ state }) => state === 'failed')) return exitCodes.bad;
  const gone = untold.some(({ code }) => code === 'said_by_removed');
  const open = gone || rows.length === 0 || rows.some(({ state }) => state === 'stale' || state === 'no_verdict');
  return open ? exitCodes.noData : exitCodes.good;
}
