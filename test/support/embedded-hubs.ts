import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';

export interface EmbeddedAnswer {
  code?: string;
  message: string;
  connectionString: string;
  port: number;
  adopted: boolean;
  dataId: string;
  data?: Record<string, unknown>;
}

export interface EmbeddedHub {
  answer: EmbeddedAnswer;
  pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const program = join(import.meta.dirname, 'embedded-hub.ts');

/** A path for a state directory, not made yet, in a folder that goes at the test's end. */
export async function temporaryState(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-embedded-'));
  // As root the database runs as another user, who must be able to pass.
  await chmod(directory, 0o755);
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  return join(directory, 'state');
}

export function launch(state: string): ChildProcess {
  return spawn(process.execPath, [program, state], { stdio: ['ignore', 'pipe', 'inherit'] });
}

export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Starts a hub's database part and waits for what it says. Whatever is left at the test's end is stopped. */
export async function embeddedHub(state: string): Promise<EmbeddedHub> {
  const child = launch(state);
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.endsWith('\n')) break;
  }
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended(child);
  });
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended(child);
  };
  return { answer: JSON.parse(text) as EmbeddedAnswer, pid: child.pid ?? 0, kill };
}

export async function ask(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ x: unknown }>({ text: sql })).rows;
  } finally {
    await client.end();
  }
}
