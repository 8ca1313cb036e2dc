import { access, constants, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DoctorCheck } from './features/operations/contract.ts';
import { area, judgeDisk, judgeMemory, size } from './features/operations/doctor/model.ts';
import { currentDirectorySource, loadConfig } from './platform/config/index.ts';
import { isPlumblineError } from './platform/errors/index.ts';
import { machineFacts } from './platform/telemetry/index.ts';

const { ok, info, warning, bad } = area('this machine');

/** What can be examined without a hub: useful when it does not start. */
export async function examineThisMachine(directory: string, env: NodeJS.ProcessEnv): Promise<DoctorCheck[]> {
  return [
    ok('program', `Node ${process.version}, ${process.platform} ${process.arch}`),
    configuration(env),
    ...(await stateDirectory(directory)),
    await keyFile(directory, env),
    await embedded(directory, env),
  ];
}

function configuration(env: NodeJS.ProcessEnv): DoctorCheck {
  try {
    const config = loadConfig({ ...currentDirectorySource(), env });
    const settings = config.settings.map(({ name, value }) => `${name}=${value}`).join(' ');
    return ok('settings of this shell', settings === '' ? 'everything as it comes' : settings);
  } catch (error) {
    if (!isPlumblineError(error)) throw error;
    return bad('settings of this shell', error.message, error.remedy);
  }
}

async function stateDirectory(directory: string): Promise<DoctorCheck[]> {
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) return [info('state directory', `${directory} is not there: no hub was started with it`)];
  const open = (found.mode & 0o066) !== 0;
  const writable = await access(directory, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  const mode = (found.mode & 0o777).toString(8);
  const checks = [
    open
      ? bad(
          'state directory',
          `${directory} has mode ${mode}`,
          `Run chmod go-rw ${directory}: keys and tokens are in it.`,
        )
      : writable
        ? ok('state directory', `${directory}, mode ${mode}`)
        : bad('state directory', `${directory} cannot be written by this user`, 'Run it as the hub’s user.'),
  ];
  const machine = await machineFacts(directory);
  const disk = `${size(machine.freeDiskBytes)} of ${size(machine.diskBytes)} free`;
  const outcome = judgeDisk(machine.freeDiskBytes, machine.diskBytes);
  checks.push(outcome === 'ok' ? ok('disk', disk) : { ...warning('disk', disk, 'Free space there.'), outcome });
  const limit = size(machine.memoryLimitBytes);
  checks.push(
    judgeMemory(1e9, machine.memoryLimitBytes) === 'ok'
      ? info('memory', `${limit} for programs`)
      : warning('memory', `${limit} for programs`, 'Give the machine or container 2 GB or more.'),
  );
  return checks;
}

async function keyFile(directory: string, env: NodeJS.ProcessEnv): Promise<DoctorCheck> {
  if (env['PLUMBLINE_MASTER_KEY']) return ok('key', 'in PLUMBLINE_MASTER_KEY');
  const file = join(directory, 'vault.keys');
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    return info('key', `${file} is not there: it is made with the first start, or was lost`);
  }
  const mode = (found.mode & 0o777).toString(8);
  if ((found.mode & 0o077) === 0) return ok('key', `${file}, mode ${mode}`);
  return bad('key', `${file} has mode ${mode}`, `Run chmod 600 ${file}: the hub does not start with it.`);
}

async function embedded(directory: string, env: NodeJS.ProcessEnv): Promise<DoctorCheck> {
  if (env['DATABASE_URL']) return info('database', 'external, by DATABASE_URL');
  const cluster = await readFile(join(directory, 'cluster.json'), 'utf8').catch(() => undefined);
  if (cluster === undefined) return info('database', 'none yet: the embedded one is made with the first start');
  const { home } = JSON.parse(cluster) as { home: string };
  const pid = (await readFile(resolve(directory, home, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split(
    '\n',
  )[0];
  if (pid === undefined || pid === '') return info('database', 'embedded, stopped');
  return info('database', `embedded, process ${pid}`);
}
