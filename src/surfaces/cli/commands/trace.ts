import { Option } from 'commander';
import type { Line, TraceAnswer } from '../../../features/trace/contract.ts';
import { secondsOfAge } from '../age.ts';
import { ApiFailure } from '../api-client.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes } from '../output.ts';
import { renderTrace, type TraceFormat, traceFormats } from '../trace-lines.ts';

interface Options {
  format: TraceFormat;
  json: boolean;
  maxAge?: number;
  asOf?: string;
}

/** `plumbline trace <what>`: the line from a commit to what runs. Exit 2 when something on it failed, 3 when nobody knows, 0 else. */
export const traceCommand: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('trace <what>')
    .description(
      'show the line through a commit, pull request, image, execution or deployment, and why it ends where it does',
    )
    .option('--max-age <age>', 'take nothing for fine that was read longer ago, for example 2h', secondsOfAge)
    .option('--as-of <time>', 'what was said then, and what is said otherwise now, for example 2026-09-30T12:00:00Z')
    .addOption(new Option('--format <format>', 'how to print').choices([...traceFormats]).default('text'))
    .option('--json', 'the same as --format json', false)
    .action((text: string, { json, format, maxAge, asOf }: Options) =>
      run(async () => {
        const answer = await answerOf(() => api.get<TraceAnswer>('api/v1/trace', { text, maxAge, asOf }));
        if (answer === undefined) {
          terminal.err(`trace_nothing_found: nothing is known under ${text.slice(0, 200)}.\n`);
          return exitCodes.noData;
        }
        terminal.out(renderTrace(answer, json ? 'json' : format));
        const old = answer.line?.stations.filter(({ tooOld }) => tooOld) ?? [];
        if (old.length > 0) {
          const systems = [...new Set(old.map(({ integration }) => integration?.name ?? ''))];
          terminal.err(`facts_too_old: ${systems.join(', ')} was read longer ago than that.\n`);
        }
        return exitOf(answer.line);
      }),
    );
};

/** What failed, and was not replaced since, is bad; without a verdict on what was built, or what runs, nobody knows. */
function exitOf(line: Line | null): number {
  if (line === null) return exitCodes.noData;
  const { stations, worst } = line;
  if (stations.some(({ ref, standing }) => standing === 'failed' && worst.includes(ref))) return exitCodes.bad;
  const unsaid = stations.some(({ standing, facts }) => standing === 'unknown' && facts['verdict'] === 'no_verdict');
  return unsaid || stations.some(({ tooOld }) => tooOld) ? exitCodes.noData : exitCodes.good;
}

async function answerOf(ask: () => Promise<TraceAnswer>): Promise<TraceAnswer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'trace_nothing_found') return undefined;
    throw error;
  }
}
