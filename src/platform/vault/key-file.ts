import { randomBytes } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlumblineError } from '../errors/index.ts';
import { keyBytes, type MasterKey, masterKey } from './envelope.ts';

/** Where this process has its keys from. */
export interface KeySource {
  /** One key per line, oldest first, readable by the hub's user only. */
  keyFile: string;
  /** PLUMBLINE_MASTER_KEY: base64 of 32 bytes, several with commas, oldest first; then no key file is read or made. */
  environmentKey?: string | undefined;
}

/** Keys held by this process, oldest first. */
export async function readKeys({ keyFile: file, environmentKey }: KeySource): Promise<MasterKey[]> {
  if (environmentKey !== undefined) {
    return environmentKey.split(',').map((key) => parseKey(key.trim(), 'PLUMBLINE_MASTER_KEY'));
  }
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new PlumblineError('vault_key_missing', {
      message: `${file} cannot be read: ${error.code ?? error.message}.`,
    });
  });
  if (text === '') return [];
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) {
    throw new PlumblineError('vault_key_wrong', {
      message: `${file} is readable by others.`,
      remedy: `Run chmod 600 ${file}.`,
    });
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseKey(line.trim(), file));
}

/** Makes a key and appends it durably: the file is complete on disk before anything is sealed with it. */
export async function addKey(file: string): Promise<MasterKey> {
  const key = randomBytes(keyBytes);
  const present = await readFile(file, 'utf8').catch(() => '');
  const temporary = `${file}.${process.pid}.new`;
  const handle = await open(temporary, 'w', 0o600);
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  await handle.writeFile(`${present}${separator}${key.toString('base64')}\n`);
  await handle.sync();
  await handle.close();
  await rename(temporary, file);
  const directory = await open(dirname(file), 'r');
  await directory.sync();
  await directory.close();
  return masterKey(key);
}

function parseKey(text: string, source: string): MasterKey {
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes)
    throw new PlumblineError('vault_key_wrong', { message: `${source} does not hold base64 of ${keyBytes} bytes.` });
  return masterKey(key);
}
