import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { LabContext } from '../context.ts';

const run = promisify(execFile);

const packageName = 'docker-registry';

/** Path of the registry's program; undefined where it is not installed. */
export async function findRegistry(env: LabContext['env']): Promise<string | undefined> {
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/bin'].filter((folder) => folder !== '');
  for (const folder of folders) {
    const file = join(folder, packageName);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

/** The program, installed by apt where this user may. Throws `lab_package_missing`. */
export async function ensureRegistry(context: LabContext): Promise<string> {
  const present = await findRegistry(context.env);
  if (present !== undefined) return present;
  const byHand = `apt-get install -y --no-install-recommends ${packageName}`;
  if (process.getuid?.() !== 0) {
    throw new PlumblineError('lab_package_missing', {
      message: `The program ${packageName} is not installed, and only root may install it.`,
      remedy: `Run: sudo ${byHand}`,
    });
  }
  context.note(`Installing the package ${packageName}`);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', packageName], { env });
  } catch (error) {
    throw new PlumblineError('lab_package_missing', {
      message: `The package ${packageName} could not be installed.`,
      remedy: `See why, and install it by hand: ${byHand}`,
      upstream: (error as { stderr?: string }).stderr ?? (error as Error).message,
      cause: error,
    });
  }
  const installed = await findRegistry(context.env);
  if (installed !== undefined) return installed;
  throw new PlumblineError('lab_package_missing', { remedy: `Install it by hand: ${byHand}` });
}
