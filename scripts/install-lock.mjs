// A lock file for the time of an installation. Plain JavaScript for Node >= 18, like bootstrap.mjs.
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** How long a holder on another host, whose process ids mean nothing here, may be silent. */
const silentMs = 30_000;

/** Waits until nobody else holds the lock, then does `work` and gives the lock back. */
export async function withInstallLock(file, work) {
  await take(file);
  const heartbeat = setInterval(() => touch(file), 2000);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  }
}

/** Names another process that keeps the lock alive: a killed holder's npm goes on alone and must be waited for. */
export function addHolder(file, pid) {
  writeFileSync(file, contentFor([process.pid, pid]));
}

function contentFor(pids) {
  return JSON.stringify({ pids, host: hostname() });
}

async function take(file) {
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, contentFor([process.pid]), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const content = read(file);
    const holder = liveHolder(file, content);
    if (holder === undefined) {
      discard(file, content);
      await new Promise((resolve) => setTimeout(resolve, 10));
      continue;
    }
    if (!told) process.stderr.write(`Waiting for process ${holder}, which is installing dependencies ...\n`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Process id of a holder that still lives, or undefined. */
function liveHolder(file, content) {
  try {
    const { pids, host } = JSON.parse(content);
    if (host === hostname()) return pids.find((pid) => pid !== undefined && alive(pid));
    return age(file) < silentMs ? pids[0] : undefined;
  } catch {
    // Created and not written yet, or gone meanwhile.
    return existsSync(file) && age(file) < 2000 ? 'unknown' : undefined;
  }
}

function age(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A start that is killed while it takes a dead holder's lock away leaves this behind. */
const discardMs = 5_000;

/**
 * Takes a dead holder's lock away, one start at a time: whoever looked before another took the lock over must not
 * remove the new one.
 */
function discard(file, content) {
  const guard = `${file}.discard`;
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch {
    if (age(guard) > discardMs) rmSync(guard, { force: true });
    return;
  }
  try {
    if (read(file) === content) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Removed by a person: the work goes on.
  }
}
