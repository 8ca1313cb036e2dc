// npm start, npm test and ./plumbline come through here: install what is missing, then run src/main.ts.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, BootstrapError, root } from './bootstrap.mjs';

const main = join(root, 'src', 'main.ts');

async function start() {
  if (Number.parseInt(process.versions.node, 10) < 18) {
    throw new BootstrapError(`Node.js 18 or newer is needed to start; this is ${process.version}.`);
  }
  const node = await bootstrap();
  // npm puts node_modules/.bin first in the PATH, so from the second start on we already run under the right Node.
  if (realpathSync(node) === realpathSync(process.execPath)) {
    process.argv[1] = main;
    await import(main);
    return;
  }
  runUnder(node);
}

/** Stands between the terminal and the real program: signals go down, the end comes up. */
function runUnder(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  // Ctrl-C reaches the whole foreground group: passed on as well, it would count as two.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`plumbline: ${message}\n`);
  process.exit(1);
}

try {
  await start();
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  fail(error.message);
}
