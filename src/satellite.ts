import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { connectors } from './connectors/index.ts';
import { currentDirectorySource, stateDirectory } from './platform/config/state-directory.ts';
import { PlumblineError } from './platform/errors/index.ts';
import { createOutbound, createTrust } from './platform/outbound/index.ts';
import { createLog, type Log } from './platform/telemetry/index.ts';
import { readSatelliteFile, type SatelliteConfig } from './surfaces/satellite/file.ts';
import { heldToEndpoints } from './surfaces/satellite/allow-list.ts';
import { enterHome } from './surfaces/satellite/home.ts';
import { createHubClient } from './surfaces/satellite/hub-client.ts';
import { decryptValue, encryptionPassword, encryptValue, secretReader } from './surfaces/satellite/references.ts';
import { startSatellite } from './surfaces/satellite/run.ts';
import { type Checked, selfCheck } from './surfaces/satellite/self-check.ts';

const usage = `plumbline satellite run   --config satellite.yml [--state DIR]
plumbline satellite check --config satellite.yml [--json]
plumbline satellite encrypt < value      (ENCRYPTION_PASSWORD or ENCRYPTION_PASSWORD_FILE)
plumbline satellite decrypt < value
`;

/** Composition root of a satellite. It has no database, no rooms, and no port that it listens on. */
export async function satellite(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [command, ...rest] = argv;
  const { values } = parseArgs({
    args: rest,
    options: {
      config: { type: 'string' },
      state: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    strict: true,
  });
  if (values.help || command === undefined || command === '--help' || command === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  switch (command) {
    case 'run':
      return run(await configured(values.config, env), values.state, env);
    case 'check':
      return check(await configured(values.config, env), values.json, env);
    case 'encrypt':
      process.stdout.write(`${await encryptValue(await typed(), await encryptionPassword(env))}\n`);
      return 0;
    case 'decrypt':
      process.stdout.write(`${await decryptValue(await typed(), await encryptionPassword(env))}\n`);
      return 0;
    default:
      process.stderr.write(usage);
      return 1;
  }
}

const typed = async (): Promise<string> => (await text(process.stdin)).trim();

/** Where the vendor's own container has it comes last. */
const usualPaths = ['/etc/satellite/satellite.yml', '/levelops/config.yml'];

async function configured(
  path: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<{ config: SatelliteConfig; warnings: string[] }> {
  const named = path ?? env['CONFIG_FILE'];
  const candidates = named === undefined ? usualPaths : [named];
  for (const candidate of candidates) {
    const content = await readFile(candidate, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (named === undefined && error.code === 'ENOENT') return undefined;
      throw unreadable(candidate, error.code);
    });
    if (content !== undefined) return withCertificates(await readSatelliteFile(content, secretReader(env)), env);
  }
  throw unreadable(usualPaths.join(' and '), 'ENOENT');
}

function unreadable(path: string, code: string | undefined): PlumblineError {
  return new PlumblineError('satellite_file_invalid', {
    message: `The satellite’s file ${path} cannot be read (${code ?? 'unknown'}).`,
    remedy: 'Name it with --config, or in the variable CONFIG_FILE.',
  });
}

/** `SATELLITE_CA_FILE` is for who cannot change the file. */
async function withCertificates(
  { config, warnings }: { config: SatelliteConfig; warnings: string[] },
  env: NodeJS.ProcessEnv,
): Promise<{ config: SatelliteConfig; warnings: string[] }> {
  const path = env['SATELLITE_CA_FILE'];
  const more = path === undefined ? undefined : await secretReader(env).file(path);
  const ca = [config.ca, more].filter((one) => one !== undefined).join('\n') || undefined;
  const integrations = config.integrations.map((one) => ({ ...one, ca: one.ca ?? ca }));
  return { config: { ...config, ca, integrations }, warnings };
}

async function run(
  { config, warnings }: { config: SatelliteConfig; warnings: string[] },
  state: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const log = openLog(env);
  for (const warning of warnings) log.warn({}, warning);
  const home = await enterHome(state ?? join(stateDirectory(currentDirectorySource()), 'satellite'));
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const running = await startSatellite({
    config,
    version: await version(),
    connectors,
    openOutbound: opener(),
    log,
    home,
  });
  await stopped;
  await running.stop();
  log.info({ sentBytes: running.sentBytes() }, 'the satellite ended');
  await home.leave();
  return 0;
}

async function check(
  { config, warnings }: { config: SatelliteConfig; warnings: string[] },
  json: boolean,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const openOutbound = opener();
  const own = await version();
  const http = openOutbound({
    configuredHost: config.url.hostname,
    loopbackAllowed: true,
    ...(config.ca === undefined ? {} : { ca: config.ca }),
    ...(config.proxy === undefined ? {} : { proxy: config.proxy }),
  });
  const hub = createHubClient({
    ...config,
    instance: `check-${hostname().replace(/[^A-Za-z0-9-]/g, '-')}`.slice(0, 64),
    version: own,
    http,
  });
  const known = new Map(connectors.map((one) => [one.kind, heldToEndpoints(one)]));
  const checking = {
    integrations: config.integrations,
    openOutbound,
    defaultsOf: () => (config.proxyForAll && config.proxy !== undefined ? { proxy: config.proxy } : {}),
    log: openLog({ ...env, PLUMBLINE_LOG_LEVEL: 'error' }),
    now: () => new Date(),
    signal: new AbortController().signal,
    connectorOf(kind: string) {
      const connector = known.get(kind);
      if (connector === undefined)
        throw new PlumblineError('connector_unknown', { message: `This version has no connector of kind “${kind}”.` });
      return connector;
    },
  };
  const sides: Checked[] = [];
  try {
    for await (const side of selfCheck({ config, hub, checking, name: hostname() })) {
      sides.push(side);
      if (!json) process.stdout.write(shown(side));
    }
  } finally {
    await http.close();
  }
  if (json) process.stdout.write(`${JSON.stringify({ warnings, sides }, null, 2)}\n`);
  else for (const warning of warnings) process.stdout.write(`warning  ${warning}\n`);
  const [hubSide] = sides;
  if (hubSide?.checks.some(({ outcome }) => outcome === 'failed') === true) return 1;
  return sides.some(({ checks }) => checks.some(({ outcome }) => outcome === 'failed')) ? 2 : 0;
}

function shown({ of, checks }: Checked): string {
  const lines = checks.flatMap(({ outcome, title, message, remedy, suggestions = [] }) => [
    `  ${outcome.padEnd(8)} ${title}: ${message}`,
    ...(remedy === undefined ? [] : [`           ${remedy}`]),
    ...suggestions.map(({ entered, instead }) => `           In place of “${entered}” most likely: ${instead}`),
  ]);
  return `${of}\n${lines.join('\n')}\n`;
}

function opener(): typeof createOutbound {
  const trust = createTrust();
  return (options) => createOutbound(options, { trust });
}

function openLog(env: NodeJS.ProcessEnv): Log {
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  const asked = (env['PLUMBLINE_LOG_LEVEL'] ?? env['LOG_LEVEL'] ?? 'info').toLowerCase();
  const format = env['LOG_FORMAT'] ?? (process.stderr.isTTY ? 'text' : 'json');
  return createLog({
    level: levels.find((level) => level === asked) ?? 'info',
    stream: process.stderr,
    format: format === 'text' ? 'text' : 'json',
  });
}

async function version(): Promise<string> {
  return (JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
}
