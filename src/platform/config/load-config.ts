import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { z } from 'zod';
import { PlumblineError } from '../errors/index.ts';
import { cacheDirectory, stateDirectory } from './state-directory.ts';
import { isOther, type LogLevel, type Variable, variables } from './variables.ts';

export interface Config {
  host: string;
  /** 0: a free one. */
  port: number;
  /** Of a worker’s probes. 0: a free one; undefined: 8421, or a free one while that is taken. */
  healthPort: number | undefined;
  /** Undefined: the address listened on; see `publicUrlOf`. */
  publicUrl: URL | undefined;
  /** PEM texts. */
  tls: { cert: string; key: string } | undefined;
  trustedProxies: readonly string[];
  insecureHttp: boolean;
  /** Absolute paths. */
  stateDirectory: string;
  cacheDirectory: string;
  /** Undefined: the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  readDatabaseUrl: string | undefined;
  masterKey: string | undefined;
  outboundAllow: readonly string[];
  outboundDeny: readonly string[];
  firstAdministrator: { email: string; password: string } | undefined;
  logLevel: LogLevel;
  /** What is set, for a report: of a secret only that it is. */
  settings: readonly { name: string; value: string }[];
  /** Variables that look like ours and are none: most likely misspelt. */
  unknownVariables: readonly string[];
}

export interface ConfigSource {
  env: Readonly<Record<string, string | undefined>>;
  /** Effective user id. */
  uid: number | undefined;
  /** Command line options that go before the environment. */
  options?: { host?: string | undefined; port?: string | undefined; healthPort?: string | undefined };
}

/** Reads and checks every setting. Throws `config_invalid` that lists every problem (`data.problems`) without a secret. */
export function loadConfig(source: ConfigSource): Config {
  const { env } = source;
  const problems: string[] = [];
  const read = reader(env, problems);
  const tls = readTls(read(variables.tlsCert), read(variables.tlsKey), problems);
  const firstAdministrator = readAdministrator(env, read, problems);
  const config: Config = {
    host: read(variables.host, source.options?.host) ?? '127.0.0.1',
    port: read(variables.port, source.options?.port) ?? 8420,
    healthPort: read(variables.healthPort, source.options?.healthPort),
    publicUrl: read(variables.publicUrl),
    tls,
    trustedProxies: read(variables.trustedProxies) ?? [],
    insecureHttp: read(variables.insecureHttp) ?? false,
    stateDirectory: stateDirectory(source),
    cacheDirectory: cacheDirectory(source),
    databaseUrl: read(variables.databaseUrl),
    readDatabaseUrl: read(variables.readDatabaseUrl),
    masterKey: read(variables.masterKey),
    outboundAllow: read(variables.outboundAllow) ?? [],
    outboundDeny: read(variables.outboundDeny) ?? [],
    firstAdministrator,
    logLevel: read(variables.logLevel) ?? 'info',
    settings: shownSettings(env),
    unknownVariables: unknownVariables(env),
  };
  if (given(env['PLUMBLINE_READ_DATABASE_URL']) && !given(env['DATABASE_URL'])) {
    problems.push('PLUMBLINE_READ_DATABASE_URL is set without DATABASE_URL.');
  }
  if (problems.length > 0) throw invalid(problems);
  return Object.freeze(config);
}

type Read = <T>(variable: Variable<T>, option?: string) => T | undefined;

/** An empty variable counts as not set: that is how compose files and unit files leave one out. */
function reader(env: ConfigSource['env'], problems: string[]): Read {
  return (variable, option) => {
    const value = option ?? env[variable.name]?.trim();
    if (!given(value)) return undefined;
    const result = variable.schema.safeParse(value);
    if (result.success) return result.data;
    problems.push(...result.error.issues.map((issue) => problemOf(variable, value, issue)));
    return undefined;
  };
}

function given(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function problemOf(variable: Variable<unknown>, value: string, issue: z.core.$ZodIssue): string {
  const shown = variable.secret ? '' : `, not “${value.slice(0, 100)}”`;
  return issue.message.includes('“')
    ? `${variable.name} ${issue.message}.`
    : `${variable.name} ${issue.message}${shown}.`;
}

function readTls(cert: string | undefined, key: string | undefined, problems: string[]): Config['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [set, unset] = cert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    problems.push(`PLUMBLINE_TLS_${set} is set without PLUMBLINE_TLS_${unset}.`);
    return undefined;
  }
  const texts = {
    cert: readPem('PLUMBLINE_TLS_CERT', cert, problems),
    key: readPem('PLUMBLINE_TLS_KEY', key, problems),
  };
  if (texts.cert === undefined || texts.key === undefined) return undefined;
  try {
    createSecureContext({ cert: texts.cert, key: texts.key });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    problems.push(`PLUMBLINE_TLS_CERT and PLUMBLINE_TLS_KEY do not work together: ${words}.`);
  }
  return { cert: texts.cert, key: texts.key };
}

function readPem(name: string, file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`${name}: the file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`);
    return undefined;
  }
}

function readAdministrator(env: ConfigSource['env'], read: Read, problems: string[]): Config['firstAdministrator'] {
  const email = read(variables.adminEmail);
  // Not through `read`, which trims: spaces belong to a password.
  const password = env['PLUMBLINE_ADMIN_PASSWORD'];
  if (given(env['PLUMBLINE_ADMIN_EMAIL']) !== given(password)) {
    const [set, unset] = given(password) ? ['PASSWORD', 'EMAIL'] : ['EMAIL', 'PASSWORD'];
    problems.push(`PLUMBLINE_ADMIN_${set} is set without PLUMBLINE_ADMIN_${unset}.`);
  }
  return email !== undefined && given(password) ? { email, password } : undefined;
}

function shownSettings(env: ConfigSource['env']): { name: string; value: string }[] {
  return Object.values(variables)
    .filter(({ name }) => given(env[name]))
    .map(({ name, secret }) => ({ name, value: secret ? '(set)' : (env[name] as string).slice(0, 200) }));
}

function unknownVariables(env: ConfigSource['env']): string[] {
  const known = new Set(Object.values(variables).map((variable) => variable.name));
  return Object.keys(env)
    .filter((name) => name.startsWith('PLUMBLINE_') && !known.has(name) && !isOther(name))
    .sort();
}

function invalid(problems: readonly string[]): PlumblineError {
  const [first = ''] = problems;
  const message = problems.length === 1 ? first : `${problems.length} settings are wrong:\n- ${problems.join('\n- ')}`;
  return new PlumblineError('config_invalid', { message, data: { problems } });
}

/** The configured public URL, else the address listened on, as a browser on this machine can open it. */
export function publicUrlOf(config: Pick<Config, 'publicUrl' | 'host' | 'tls'>, port: number): URL {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const host = everywhere ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host;
  return new URL(`${config.tls === undefined ? 'http' : 'https'}://${host}:${port}`);
}

/** True while only this machine can reach the hub. */
export function listensOnLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
