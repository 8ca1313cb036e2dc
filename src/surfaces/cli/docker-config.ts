import { execFile, type ExecFileException } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseImageReference, registryHost } from '../../domain/image-reference.ts';
import { PlumblineError } from '../../platform/errors/index.ts';

/** As the hub takes it for one request. */
export interface RegistryCredential {
  registry: string;
  username?: string;
  password?: string;
  identityToken?: string;
}

const DockerConfig = z.looseObject({
  auths: z
    .record(
      z.string(),
      z.looseObject({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
  credsStore: z.string().default(''),
});
type DockerConfig = z.infer<typeof DockerConfig>;

const HelperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() });

/** Names of helpers become names of programs: nothing else may be in them. */
const helperName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const helperTimeoutMs = 30_000;
/** What helpers put in place of a name when the secret is a token. */
const tokenUser = '<token>';

/** Where `docker login` keeps what it was told. */
export function dockerConfigPath(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
}

/**
 * Credentials for the registries of some references, as docker would use them: a helper of the registry, else the store
 * for all, else the file itself. No file, no credential; with `required` that is `config_invalid`, as is a broken file.
 */
export async function readDockerCredentials(
  path: string,
  references: readonly string[],
  { required }: { required: boolean },
): Promise<RegistryCredential[]> {
  const config = await readConfig(path, required);
  if (config === undefined) return [];
  const hosts = new Set(references.flatMap((text) => parseImageReference(text)?.registry ?? []));
  const found = await Promise.all([...hosts].map((host) => credentialOf(config, host)));
  return found.filter((credential) => credential !== undefined);
}

async function readConfig(path: string, required: boolean): Promise<DockerConfig | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && !required) return undefined;
    throw new PlumblineError('config_invalid', { message: `${path} cannot be read: ${error.code ?? 'unknown'}.` });
  });
  if (text === undefined) return undefined;
  try {
    return DockerConfig.parse(JSON.parse(text));
  } catch {
    // The parser’s own words could repeat a part of the file.
    throw new PlumblineError('config_invalid', { message: `${path} is not a docker configuration.` });
  }
}

/** Keys of the file are hosts or, of old, whole addresses: `https://index.docker.io/v1/`. */
function hostOfKey(key: string): string | null {
  const authority = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return registryHost(authority);
}

function ofHost<T>(entries: Record<string, T>, host: string): [key: string, value: T] | undefined {
  return Object.entries(entries).find(([key]) => hostOfKey(key) === host);
}

async function credentialOf(config: DockerConfig, host: string): Promise<RegistryCredential | undefined> {
  const stored = ofHost(config.auths, host);
  const [helperKey, helper] = ofHost(config.credHelpers, host) ?? [];
  // docker.io is kept under the address of its first version.
  const key = helperKey ?? stored?.[0] ?? (host === 'docker.io' ? 'https://index.docker.io/v1/' : host);
  const program = helper ?? config.credsStore;
  if (program !== '') {
    const answer = await askHelper(program, key);
    if (answer !== undefined) {
      return answer.Username === tokenUser
        ? { registry: host, identityToken: answer.Secret }
        : { registry: host, username: answer.Username, password: answer.Secret };
    }
  }
  return stored === undefined ? undefined : fromEntry(host, stored[1]);
}

function fromEntry(host: string, entry: DockerConfig['auths'][string]): RegistryCredential | undefined {
  if (entry.identitytoken) return { registry: host, identityToken: entry.identitytoken };
  const decoded = entry.auth === undefined ? '' : Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = entry.username ?? (colon === -1 ? '' : decoded.slice(0, colon));
  const password = entry.password ?? (colon === -1 ? '' : decoded.slice(colon + 1));
  return username === '' && password === '' ? undefined : { registry: host, username, password };
}

/** What helpers say where they have nothing; anything else that ends badly is a failure. */
const knowsNothing = /credentials not found|no (such )?credentials?|not found in (the )?(native )?keychain/i;

/** Undefined when the helper knows nothing of this registry. The key goes over standard input, so no secret is an argument. */
async function askHelper(name: string, key: string): Promise<z.infer<typeof HelperAnswer> | undefined> {
  if (!helperName.test(name)) throw unusable(`“${name.slice(0, 60)}” is no name of a credential helper.`);
  const program = `docker-credential-${name}`;
  const answer = await new Promise<string | undefined>((resolve, reject) => {
    const options = { timeout: helperTimeoutMs, maxBuffer: 1 << 20 };
    const child = execFile(program, ['get'], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (typeof error.code !== 'string' && !error.killed && knowsNothing.test(`${stdout} ${stderr}`))
        resolve(undefined);
      else reject(unusable(failureOf(program, error)));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(key);
  });
  if (answer === undefined) return undefined;
  try {
    return HelperAnswer.parse(JSON.parse(answer));
  } catch {
    // Its words could hold the secret.
    throw unusable(`The credential helper ${program} did not answer as one.`);
  }
}

/** Not its own words, in which a secret may be. A folder of PATH that may not be read says EACCES where there is none. */
function failureOf(program: string, error: ExecFileException): string {
  if (error.code === 'ENOENT') return `The credential helper ${program} is not installed.`;
  if (error.code === 'EACCES') {
    return `The credential helper ${program} is not installed, or this user may not run it (EACCES).`;
  }
  if (error.killed === true) return `The credential helper ${program} did not answer within 30 seconds.`;
  return `The credential helper ${program} failed (${typeof error.code === 'number' ? `exit code ${error.code}` : (error.code ?? error.signal ?? 'unknown')}).`;
}

const unusable = (message: string): PlumblineError =>
  new PlumblineError('config_invalid', {
    message,
    remedy: 'Install or mend it, sign in again with docker login, or name another file with --docker-config.',
  });
