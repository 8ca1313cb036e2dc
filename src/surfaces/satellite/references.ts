import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { PlumblineError } from '../../platform/errors/index.ts';

/** Finds out what a value of the file means: itself, a variable, a file, or what was encrypted. */
export interface SecretReader {
  text(value: string, path: string): Promise<string>;
  file(path: string): Promise<string>;
}

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number, cost: object) => Promise<Buffer>;
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const encryptedForm = /^enc:v1:([A-Za-z0-9+/=]+)$/;

/** AES-256-GCM under a key derived from the password: salt, nonce, tag, text. */
export async function encryptValue(text: string, password: string): Promise<string> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await derive(password, salt, 32, cost), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `enc:v1:${Buffer.concat([salt, nonce, cipher.getAuthTag(), body]).toString('base64')}`;
}

/** Throws `satellite_file_invalid` for another password, and for what was changed. */
export async function decryptValue(value: string, password: string): Promise<string> {
  const bytes = Buffer.from(encryptedForm.exec(value)?.[1] ?? '', 'base64');
  try {
    const key = await derive(password, bytes.subarray(0, 16), 32, cost);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(16, 28));
    decipher.setAuthTag(bytes.subarray(28, 44));
    return Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]).toString('utf8');
  } catch (error) {
    throw invalid('ENCRYPTION_PASSWORD does not open what was encrypted', error);
  }
}

/** Throws `satellite_file_invalid` where none is set. */
export async function encryptionPassword(environment: NodeJS.ProcessEnv): Promise<string> {
  const file = environment['ENCRYPTION_PASSWORD_FILE'];
  const password = file === undefined ? environment['ENCRYPTION_PASSWORD'] : (await fileText(file)).trim();
  if (password === undefined || password === '')
    throw invalid('it holds encrypted values: set ENCRYPTION_PASSWORD or ENCRYPTION_PASSWORD_FILE');
  return password;
}

export function secretReader(environment: NodeJS.ProcessEnv): SecretReader {
  return {
    async text(value, path) {
      if (encryptedForm.test(value)) return decryptValue(value, await encryptionPassword(environment));
      const named = /^\$\{(?:(env|file):)?([^}]+)\}$/.exec(value);
      if (named === null) return value;
      const [, way = 'env', name = ''] = named;
      if (way === 'file') return (await fileText(name)).trim();
      const found = environment[name];
      if (found === undefined || found === '') throw invalid(`${path}: the variable ${name} is not set`);
      return found;
    },
    file: fileText,
  };
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw invalid(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, error);
  }
}

function invalid(what: string, cause?: unknown): PlumblineError {
  return new PlumblineError('satellite_file_invalid', { message: `The satellite’s file: ${what}.`, cause });
}
