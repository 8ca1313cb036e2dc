import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const node = join(root, 'node_modules/.bin/node');

const isOfTests = (name: string): boolean => /^(VITEST|NODE_ENV|NODE_OPTIONS|PLUMBLINE_|DATABASE_URL)/.test(name);

/** A program of this code base as a process of its own, in a network of its own where one is named. */
export interface OwnProcess {
  said(): string;
  running(): boolean;
  pid(): number;
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export function startProcess(
  args: readonly string[],
  { namespace, env = {} }: { namespace?: string; env?: Record<string, string> } = {},
): OwnProcess {
  const inNetwork = namespace === undefined ? [] : ['netns', 'exec', namespace, node];
  const program = namespace === undefined ? node : 'ip';
  const words: string[] = [];
  const kept = Object.entries(process.env).filter(([name]) => !isOfTests(name));
  const child: ChildProcess = spawn(program, [...inNetwork, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(kept), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  void ended.then(() => process.off('exit', killed));
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    said: () => words.join(''),
    running,
    pid: () => child.pid ?? 0,
    async end(signal = 'SIGTERM') {
      if (running()) child.kill(signal);
      await ended;
    },
  };
}

/** The same until it has ended by itself. */
export async function runProgram(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !isOfTests(name));
  const child = spawn(node, [...args], { cwd: root, env: Object.fromEntries(kept), stdio: ['ignore', 'pipe', 'pipe'] });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: words.join('') };
}
