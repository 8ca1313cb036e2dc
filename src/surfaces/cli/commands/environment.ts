import type { EnvironmentAnswer, EnvironmentList } from '../../../features/policy/contract.ts';
import type { CliCommand } from '../context.ts';
import { dockerConfigPath, readDockerCredentials } from '../docker-config.ts';
import { exitCodes, formatTable } from '../output.ts';

const path = (name: string): string => `api/v1/policy/environments/${encodeURIComponent(name)}/images`;

/** `plumbline environment set|remove <name> <image>`, `plumbline environment list [name]`. */
export const environmentCommands: CliCommand = (program, { api, terminal, secretSources }, run) => {
  const environment = program.command('environment').description('say which images are in which environment');

  environment
    .command('set <name> <image>')
    .description('note that an image is in an environment; others of its repository stay in it')
    .option('--docker-config <path>', 'docker configuration with registry credentials')
    .action((name: string, image: string, options: { dockerConfig?: string }) =>
      run(async () => {
        const config = options.dockerConfig ?? dockerConfigPath(secretSources.environment);
        const credentials = await readDockerCredentials(config, [image], {
          required: options.dockerConfig !== undefined,
        });
        await api.send('POST', path(name), { image, credentials });
        terminal.out(`environment ${name}: ${image} is in it\n`);
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
    .command('list [name]')
    .description('list environments with their images and verdicts')
    .option('--json', 'print as JSON', false)
    .action((name: string | undefined, options: { json: boolean }) =>
      run(async () => {
        const { environments } = await api.get<EnvironmentList>('api/v1/policy/environments');
        const shown = environments.filter((one) => name === undefined || one.name === name);
        if (options.json) terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
        else terminal.out(`${tableOf(shown)}\n`);
        return name !== undefined && shown.length === 0 ? exitCodes.noData : exitCodes.good;
      }),
    );
};

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
