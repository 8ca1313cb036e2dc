import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
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

const socketName = 'running';

/**
 * One hub per state directory. The lock is a listening Unix socket: the kernel frees it however its process ends, and
 * whoever finds it held can ask who holds it. Throws `already_running`.
 */
export async function lockStateDirectory(directory: string): Promise<StateLock> {
  const short = await openShortPath(directory);
  const path = join(short.path, socketName);
  for (let attempt = 0; attempt < 20; attempt++) {
    const locked = await tryListen(path, short.close);
    if (locked !== undefined) return locked;
    const holder = await askHolder(path);
    if (holder !== undefined) {
      await short.close();
      throw alreadyRunning(directory, holder);
    }
    await removeDead(path);
  }
  await short.close();
  throw alreadyRunning(directory, { pid: 0, address: null });
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
  const listening = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(path, () => resolve(true));
  });
  if (!listening) return undefined;
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

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Undefined when nobody listens any more. */
async function askHolder(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const unknown = { pid: 0, address: null };
    const socket: Socket = connect(path);
    socket.setTimeout(2_000, () => socket.destroy(new Error('silent')));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('end', () => resolve(parseHolder(text) ?? unknown));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : unknown),
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

/** Renamed before it is removed and asked again, because another start may have put its own there meanwhile. */
async function removeDead(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await askHolder(aside)) === undefined) await rm(aside, { force: true });
  else await rename(aside, path);
}

function alreadyRunning(directory: string, holder: Holder): PlumblineError {
  const who = holder.pid === 0 ? 'another process' : `process ${holder.pid}`;
  const where = holder.address === null ? '' : ` at ${holder.address}`;
  return new PlumblineError('already_running', {
    message: `Plumbline is already running${where}: ${who} uses the state directory ${directory}.`,
    data: { ...holder, directory },
  });
}
