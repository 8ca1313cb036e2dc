import { constants } from 'node:fs';
import { access, chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlumblineError } from '../errors/index.ts';

/**
 * Makes the state directory, closed to other users. As root it can be passed through (0711), because the embedded
 * database inside it runs as another user; every secret in it is a 0600 file of ours.
 */
export async function prepareStateDirectory(path: string): Promise<void> {
  const wanted = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    await makeDirectory(path, wanted);
    const found = await stat(path);
    if (!found.isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    const { mode, uid } = found;
    if (uid === process.getuid?.() && (mode & 0o777) !== wanted) await chmod(path, wanted);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new PlumblineError('config_invalid', {
      message: `The state directory ${path} cannot be used (${code}).`,
      remedy: 'Make it writable for this user, or set PLUMBLINE_HOME to a directory that is.',
      cause,
    });
  }
}

/**
 * Parents first, each once. Node's own recursive `mkdir` asks for ever where the system says that a parent it just made
 * is not there: in /proc, /sys, and on some network file systems.
 */
async function makeDirectory(path: string, mode: number): Promise<void> {
  const parent = dirname(path);
  const there = await stat(parent).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  if (!there && parent !== path) await makeDirectory(parent, mode);
  await mkdir(path, { mode }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
