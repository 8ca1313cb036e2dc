import { constants } from 'node:fs';
import { access, chmod, mkdir, stat } from 'node:fs/promises';
import { PlumblineError } from '../errors/index.ts';

/**
 * Makes the state directory, closed to other users. As root it can be passed through (0711), because the embedded
 * database inside it runs as another user; every secret in it is a 0600 file of ours.
 */
export async function prepareStateDirectory(path: string): Promise<void> {
  const wanted = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    await mkdir(path, { recursive: true, mode: wanted });
    const { mode, uid } = await stat(path);
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
