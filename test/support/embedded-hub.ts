import { prepareStateDirectory } from '../../src/platform/config/index.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/index.ts';
import { isPlumblineError } from '../../src/platform/errors/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

// What a hub does about its database and nothing else, in a process that tests can kill. Prints one line of JSON.
const stateDirectory = process.argv[2] ?? '';
try {
  await prepareStateDirectory(stateDirectory);
  const { connectionString, port, adopted, dataId, announce, stop } = await startEmbeddedPostgres({
    stateDirectory,
    log: silentLog,
    sync: false,
  });
  announce('http://127.0.0.1:8420');
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ pid: process.pid, connectionString, port, adopted, dataId })}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  if (!isPlumblineError(error)) throw error;
  process.stdout.write(`${JSON.stringify({ code: error.code, message: error.message, data: error.data })}\n`);
  process.exitCode = 1;
}
