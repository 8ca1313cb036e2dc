import { constants } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PlumblineError } from '../../errors/index.ts';

export interface StateLock {
  /** What a second start is told about us, e.g. the address listened on. */
  setAddress(address: string): void;
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  address: string | null;
}

const unknownHolder: Holder = { pid: 0, address: null };

/**
 * One hub per state directory. The lock is a listening Unix socket: the kernel frees it however its process ends, and
 * whoever finds it held can ask who holds it. A copied socket is no lock: nobody listens at it. Throws `already_running`.
 */
export function lockStateDirectory(directory: string): Promise<StateLock> {
  return lockDirectory(directory, 'running');
}

/** One hub per data directory too: links and mounts can lead two state directories to one. Throws `already_running`. */
export function lockDataDirectory(directory: string): Promise<StateLock> {
  return lockDirectory(directory, 'plumbline.running');
}

async function lockDirectory(directory: string, name: string): Promise<StateLock> {
  const short = await openShortPath(directory);
  const path = join(short.path, name);
  try {
    const holder = await alone(directory, () => lockOrHolder(path, short.close));
    if ('release' in holder) return holder;
    throw alreadyRunning(directory, holder);
  } catch (error) {
    await short.close();
    throw error;
  }
}

/** Between binding and listening a live socket looks dead, so looking and taking over is for one start at a time. */
async function alone<T>(directory: string, work: () => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return work();
  const { dev, ino } = await stat(directory);
  const guard = createServer();
  for (let attempt = 0; attempt < 200; attempt++) {
    // A name in the abstract space: taken by one bind, and freed by the kernel.
    if (await listens(guard, `\0plumbline-start-${dev}-${ino}`)) {
      return work().finally(() => closeServer(guard));
    }
    await setTimeout(50);
  }
  throw alreadyRunning(directory, unknownHolder);
}

/** Takes the lock, also that of a process that is dead; else tells who holds it. */
async function lockOrHolder(path: string, closePath: () => Promise<void>): Promise<StateLock | Holder> {
  const lockOrLiving = (await tryListen(path, closePath)) ?? (await askHolder(path));
  if (lockOrLiving !== undefined) return lockOrLiving;
  await rm(path, { force: true });
  return (await tryListen(path, closePath)) ?? unknownHolder;
}

interface ShortPath {
  path: string;
  close: () => Promise<void>;
}

/** A socket's path has at most 103 bytes; on Linux an open directory has a short name whatever its real one. */
async function openShortPath(directory: string): Promise<ShortPath> {
  if (process.platform !== 'linux') return { path: directory, close: async () => undefined };
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${handle.fd}`, close: () => handle.close() };
}

async function tryListen(path: string, closePath: () => Promise<void>): Promise<StateLock | undefined> {
  const holder: Holder = { pid: process.pid, address: null };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(JSON.stringify(holder));
  });
  if (!(await listens(server, path))) return undefined;
  // The lock alone is no reason to keep the process alive.
  server.unref();
  return {
    setAddress: (address) => {
      holder.address = address;
    },
    release: async () => {
      await closeServer(server);
      await closePath();
    },
  };
}

/** False when somebody has the name. */
function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', refused);
    server.listen(path, () => {
      server.off('error', refused);
      resolve(true);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Undefined when nobody listens any more. */
async function askHolder(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = connect(path);
    socket.setTimeout(2_000, () => socket.destroy(new Error('silent')));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('end', () => resolve(parseHolder(text) ?? unknownHolder));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : unknownHolder),
    );
  });
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function alreadyRunning(directory: string, holder: Holder): PlumblineError {
  const who = holder.pid === 0 ? 'another process' : `process ${holder.pid}`;
  const where = holder.address === null ? '' : ` at ${holder.address}`;
  return new PlumblineError('already_running', {
    message: `Plumbline is already running${where}: ${who} uses the directory ${directory}.`,
    data: { ...holder, directory },
  });
}
