import { InvalidArgumentError, Option } from 'commander';
import type { LabSystem } from '../system.ts';
import { feedSonarqube } from './feed/feed.ts';
import type { Seed } from './feed/model.ts';
import { exampleFile } from './record.ts';
import { isLabVersion, type LabVersion, labVersions, newestVersion } from './releases.ts';
import { listSonarqubes, type Sonarqube, startSonarqube, stopSonarqube } from './server.ts';

export const sonarqubeSystem: LabSystem = {
  name: 'sonarqube',
  title: 'SonarQube',
  versions: labVersions,
  options: [
    new Option('--seed <seed>', 'SonarQube: none, small, or full (adds 30,000 issues in one file)')
      .argParser(seedName)
      .default('small'),
  ],
  async up(context, { version = newestVersion, port, options }) {
    const server = await startSonarqube(context, {
      version: versionOf(version),
      ...(port === undefined ? {} : { port }),
    });
    await feedSonarqube(context, server, options['seed'] as Seed);
    return describe(server);
  },
  async down(context, only) {
    const versions =
      only === undefined ? (await listSonarqubes(context)).map(({ version }) => version) : [versionOf(only)];
    const lines: string[] = [];
    for (const version of versions) {
      const stopped = await stopSonarqube(context, version);
      lines.push(stopped ? `SonarQube ${version} stopped; its data stay.` : `SonarQube ${version} was not running.`);
    }
    return lines;
  },
  async servers(context) {
    return (await listSonarqubes(context)).map(({ version, pid, status, record, directory }) => {
      const state = pid === undefined ? 'stopped' : `${status ?? 'not answering'}, pid ${pid}`;
      const fed = record?.fed ?? [];
      return {
        row: {
          system: 'sonarqube',
          version,
          url: record?.url ?? null,
          running: pid !== undefined,
          status: status ?? null,
          pid: pid ?? null,
          fed,
          directory,
        },
        line: `sonarqube ${version}  ${state}  ${record?.url ?? ''}  ${fed.length} projects fed  ${directory}`,
      };
    });
  },
};

function describe(server: Sonarqube): string[] {
  const file = (name: string): string => `${server.directory}/${name}`;
  return [
    `SonarQube ${server.release} ${server.adopted ? 'was running already' : 'is running'}: ${server.url}`,
    `  administrator  admin, password in ${file('admin.password')}`,
    `  user token     ${file('user.token')}    (administrator's)`,
    `  scan token     ${file('scan.token')}    (global analysis token)`,
    `  browse token   ${file('browse.token')}  (a user with Browse only)`,
    `  logs           ${file('server/logs')}`,
    `  connect        plumbline apply -f ${file(exampleFile)}`,
    `  stop           plumbline lab down sonarqube --version ${server.version}`,
  ];
}

function versionOf(text: string): LabVersion {
  if (!isLabVersion(text)) throw new InvalidArgumentError(`It is one of ${labVersions.join(', ')}.`);
  return text;
}

function seedName(text: string): Seed {
  if (text !== 'none' && text !== 'small' && text !== 'full')
    throw new InvalidArgumentError('It is none, small or full.');
  return text;
}
