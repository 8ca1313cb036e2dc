import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newOpaqueToken } from './opaque-tokens.ts';

const localTokenFile = 'local.token';

/**
 * Makes the token with which commands on the hub's own machine work without a log-in: new at each start, readable by
 * the hub's user only. Returns it; the file is replaced in one step, so a reader never sees half of it.
 */
export async function writeLocalToken(stateDirectory: string): Promise<string> {
  const token = `plblocal_${newOpaqueToken()}`;
  const target = join(stateDirectory, localTokenFile);
  const temporary = `${target}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, `${token}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, target);
  return token;
}
