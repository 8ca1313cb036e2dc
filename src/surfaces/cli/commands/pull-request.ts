import type { ScanParameters } from '../../../features/reports/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes } from '../output.ts';

const formats = ['cli', 'maven', 'gradle', 'dotnet', 'json'] as const;
type Format = (typeof formats)[number];

/** `plumbline pr scan-args <pull request>`: what a pipeline hands to the scanner. */
export const pullRequestCommands: CliCommand = (program, { api, terminal }, run) => {
  const pullRequests = program.command('pr').description('pull requests');
  pullRequests
    .command('scan-args <pull-request>')
    .description('print the scanner parameters of a pull request; makes its companion project where one is needed')
    .option('--project <key>', 'of this SonarQube project alone, in a repository of several')
    .option('--format <format>', formats.join(', '), 'cli')
    .action((pullRequest: string, { project, format }: { project?: string; format: string }) =>
      run(async () => {
        if (!isFormat(format)) {
          terminal.err(`--format is one of ${formats.join(', ')}\n`);
          return exitCodes.failed;
        }
        const body = { pullRequest, ...(project === undefined ? {} : { project }) };
        const answer = await api.send<ScanParameters>('POST', 'api/v1/pull-requests/scan-parameters', body);
        if (format === 'json') {
          terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
          return exitCodes.good;
        }
        if (answer.scans.length > 1) {
          const keys = answer.scans.map((scan) => scan.project.key).join(', ');
          terminal.err(
            `Several projects are of this repository: choose one of ${keys} with --project, or --format json.\n`,
          );
          return exitCodes.failed;
        }
        for (const { parameters } of answer.scans) terminal.out(`${written(parameters, format)}\n`);
        return exitCodes.good;
      }),
    );
};

const isFormat = (text: string): text is Format => (formats as readonly string[]).includes(text);

type Parameters = ScanParameters['scans'][number]['parameters'];

/** One word of a shell each, on one line. The .NET scanner takes key and name under words of its own. */
function written(parameters: Parameters, format: Exclude<Format, 'json'>): string {
  return parameters
    .map(({ name, value }) => {
      if (format !== 'dotnet') return shellWord(`-D${name}=${value}`);
      const own = dotnetWords[name];
      return own === undefined ? shellWord(`/d:${name}=${value}`) : shellWord(`${own}:${value}`);
    })
    .join(' ');
}

const dotnetWords: Readonly<Record<string, string>> = { 'sonar.projectKey': '/k', 'sonar.projectName': '/n' };

const shellWord = (text: string): string => (/^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
