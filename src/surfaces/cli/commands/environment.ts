import type {
  EnvironmentAnswer,
  EnvironmentHistory,
  EnvironmentList,
  SetEnvironmentAnswer,
} from '../../../features/policy/contract.ts';
import type { CliCommand } from '../context.ts';
import { dockerConfigPath, readDockerCredentials } from '../docker-config.ts';
import { exitCodes, formatTable } from '../output.ts';

const path = (name: string): string => `api/v1/policy/environments/${encodeURIComponent(name)}/images`;

/** `plumbline environment set|remove <name> <image>`, `plumbline environment list [name]`. */
export const environmentCommands: CliCommand = (program, { api, terminal, secretSources }, run) => {
  const environment = program.command('environment').description('say which images are in which environment');

  environment
    .command('set <name> <image>')
    .description(
      'note that an image is in an environment; others of its repository stay in it. A glob sets all it means, or none',
    )
    .option('--docker-config <path>', 'docker configuration with registry credentials')
    .option('--new', 'make a new environment although another is named almost alike', false)
    .action((name: string, image: string, options: { dockerConfig?: string; new: boolean }) =>
      run(async () => {
        const config = options.dockerConfig ?? dockerConfigPath(secretSources.environment);
        const credentials = await readDockerCredentials(config, [image], {
          required: options.dockerConfig !== undefined,
        });
        const request = { image, credentials, makeNew: options.new };
        const { set } = await api.send<SetEnvironmentAnswer>('POST', path(name), request);
        for (const { reference } of set) terminal.out(`environment ${name}: ${reference} is in it\n`);
        return exitCodes.good;
      }),
    );

  environment
    .command('remove <name> <image>')
    .description('take an image out of an environment')
    .action((name: string, image: string) =>
      run(async () => {
        await api.send('DELETE', `${path(name)}?${new URLSearchParams({ image })}`);
        terminal.out(`environment ${name}: ${image} is no longer in it\n`);
        return exitCodes.good;
      }),
    );

  environment
    .command('history <name>')
    .description('list what an environment ran, from when to when, the newest first')
    .option('--json', 'print as JSON', false)
    .action((name: string, options: { json: boolean }) =>
      run(async () => {
        const history = await api.get<EnvironmentHistory>(
          `api/v1/policy/environments/${encodeURIComponent(name)}/history`,
        );
        terminal.out(options.json ? `${JSON.stringify(history.history, null, 2)}\n` : `${historyTable(history)}\n`);
        return exitCodes.good;
      }),
    );

  environment
    .command('list [name]')
    .description('list environments with their images and verdicts')
    .option('--json', 'print as JSON', false)
    .action((name: string | undefined, options: { json: boolean }) =>
      run(async () => {
        const { environments: shown } = await api.get<EnvironmentList>('api/v1/policy/environments', { name });
        if (options.json) terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
        else terminal.out(`${tableOf(shown)}\n`);
        return name !== undefined && shown.length === 0 ? exitCodes.noData : exitCodes.good;
      }),
    );
};

function historyTable({ history }: EnvironmentHistory): string {
  const rows = history.map(({ image, reference, setAt, setBy, endedAt, endedBy }) => [
    reference,
    image.digest?.slice(0, 19) ?? '',
    setAt,
    setBy,
    endedAt ?? 'now',
    endedBy,
  ]);
  return formatTable(['image', 'digest', 'from', 'set by', 'until', 'ended by'], rows);
}

function tableOf(environments: readonly EnvironmentAnswer[]): string {
  const rows = environments.flatMap(({ name, images }) =>
    images.map(({ image, reference, status, reason, waived, tagMoved, setAt }) => [
      name,
      reference,
      image.digest?.slice(0, 19) ?? '',
      waived ? `${status}, waived` : status,
      reason,
      tagMoved ? 'tag now points elsewhere' : '',
      setAt,
    ]),
  );
  return formatTable(['environment', 'image', 'digest', 'verdict', 'reason', 'note', 'set'], rows);
}
