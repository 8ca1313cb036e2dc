import { parseArgs } from 'node:util';
import { crashHook } from './crash-hook.ts';
import { inspectBackup, requireRestorable, restoreBackup } from './features/operations/restore.ts';
import { openDatabase } from './open-database.ts';
import { currentDirectorySource, loadConfig, prepareStateDirectory } from './platform/config/index.ts';
import { readMigrations } from './platform/database/index.ts';
import { PlumblineError } from './platform/errors/index.ts';
import { createLog } from './platform/telemetry/index.ts';
import { heldKeyIds } from './platform/vault/index.ts';
import { leftOutOfBackups, migrationFolders, ownSchemas, viewFiles } from './schema.ts';

/**
 * `plumbline restore FILE [--replace] [--check]`: loads a backup while the hub is stopped. Not through the API: the
 * database it would answer from is the one that changes.
 */
export async function restore(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { replace: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
    allowPositionals: true,
    strict: true,
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) {
    throw new PlumblineError('config_invalid', {
      message: 'restore takes one file.',
      remedy: 'plumbline restore FILE [--replace] [--check]',
    });
  }
  const config = loadConfig({ ...currentDirectorySource(), env });
  const log = createLog({ level: 'error', stream: process.stderr, format: process.stderr.isTTY ? 'text' : 'json' });
  const progress = writeProgress();
  const backup = await inspectBackup(file, (bytes) => progress.show('checking the file', bytes, 0));
  const keys = { keyFile: `${config.stateDirectory}/vault.keys`, environmentKey: config.masterKey };
  const common = { backup, migrations: await readMigrations(migrationFolders), keyIds: await heldKeyIds(keys) };
  requireRestorable(common);
  const { productVersion, createdAt, tables } = backup.head;
  progress.end();
  process.stderr.write(`backup of version ${productVersion}, made ${createdAt}: ${tables.length} tables, complete\n`);
  if (values.check) return 0;

  await prepareStateDirectory(config.stateDirectory);
  const database = await openDatabase(config, log);
  try {
    const { rows } = await restoreBackup({
      ...common,
      connectionString: database.connectionString,
      schemas: ownSchemas,
      leftOut: leftOutOfBackups,
      viewFiles,
      replace: values.replace,
      log,
      told: ({ step, done, total }) => progress.show(step, done, total),
      ...crashHook(env),
    });
    progress.end();
    process.stdout.write(`restored ${rows} rows; start the hub with: plumbline up\n`);
    return 0;
  } finally {
    progress.end();
    await database.stop();
  }
}

/** A line that moves on a terminal; elsewhere one line per step. */
function writeProgress(): { show(step: string, done: number, total: number): void; end(): void } {
  const moving = process.stderr.isTTY === true;
  let last = '';
  let at = 0;
  return {
    show(step, done, total) {
      const now = Date.now();
      if (moving ? now - at < 100 : step === last) return;
      [last, at] = [step, now];
      const share = total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`;
      process.stderr.write(moving ? `\r\u001b[K${step}${share}` : `${step}${share}\n`);
    },
    end() {
      if (moving && last !== '') process.stderr.write('\r\u001b[K');
      last = '';
    },
  };
}
