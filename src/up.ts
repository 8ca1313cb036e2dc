import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crashHook } from './crash-hook.ts';
import { openDatabase } from './open-database.ts';
import { currentDirectorySource, loadConfig, prepareStateDirectory, writeHubAddress } from './platform/config/index.ts';
import { PlumblineError } from './platform/errors/index.ts';
import { createLog } from './platform/telemetry/index.ts';
import { ensureWebBundle } from './web-bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const roles = ['all', 'web', 'worker'] as const;

/** `plumbline up [--role all|web|worker] [--port N]`: runs until it is told to stop. */
export async function up(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      role: { type: 'string', default: 'all' },
      port: { type: 'string' },
      host: { type: 'string' },
      copy: { type: 'boolean', default: false },
    },
    strict: true,
  });
  const role = roles.find((name) => name === values.role);
  if (role === undefined)
    throw new PlumblineError('config_invalid', { message: `--role must be one of ${roles.join(', ')}.` });
  const port = role === 'worker' ? { healthPort: values.port } : { port: values.port };
  const config = loadConfig({ ...currentDirectorySource(), env, options: { host: values.host, ...port } });
  if (role !== 'all') requireSharedDatabase(role, config);
  const log = createLog({
    level: config.logLevel,
    stream: process.stderr,
    format: process.stderr.isTTY ? 'text' : 'json',
  });
  if (config.unknownVariables.length > 0)
    log.warn({ variables: config.unknownVariables }, 'these variables are not known');
  await prepareStateDirectory(config.stateDirectory);
  const version = (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version;

  const stopped = stopSignal();
  const database = await openDatabase(config, log);
  try {
    const webRoot = role === 'worker' ? undefined : await ensureWebBundle(root, config.stateDirectory, log);
    const { startHub } = await import('./hub.ts');
    const hub = await startHub({
      config,
      log,
      database,
      role,
      webRoot,
      version,
      isCopy: values.copy,
      ...crashHook(env),
    });
    if (role !== 'worker') database.announce(hub.url.href);
    await announce(hub, role, config.stateDirectory, config.tls?.cert);
    await stopped;
    await hub.stop();
  } finally {
    await database.stop();
  }
  return 0;
}

/** The embedded database belongs to one process: another could neither start nor share it. */
function requireSharedDatabase(role: 'web' | 'worker', config: ReturnType<typeof loadConfig>): void {
  if (config.databaseUrl !== undefined) return;
  throw new PlumblineError('config_invalid', {
    message: `--role ${role} needs DATABASE_URL: the embedded PostgreSQL serves a single process with role all.`,
    remedy: 'Set DATABASE_URL to the PostgreSQL that all processes share, or start without --role.',
  });
}

/** Ctrl-C, a service manager or the end of a session ask the same: finish the transaction, give tasks back, go. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function announce(
  hub: { url: URL; localUrl: URL; setupLink: string | undefined },
  role: (typeof roles)[number],
  stateDirectory: string,
  certificate: string | undefined,
): Promise<void> {
  if (role === 'worker') {
    process.stdout.write(`Plumbline worker is running at ${hub.url.href} (probes and metrics only)\n`);
    return;
  }
  await writeHubAddress(stateDirectory, {
    local: hub.localUrl.href,
    public: hub.url.href,
    certificate: certificate ?? null,
  });
  process.stdout.write(`Plumbline is running at ${hub.url.href}\n`);
  if (hub.setupLink !== undefined) {
    process.stdout.write(`Make the first administrator (link valid once, for one hour):\n  ${hub.setupLink}\n`);
  }
}
