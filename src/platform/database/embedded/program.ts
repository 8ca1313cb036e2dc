import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

export interface ProgramResult {
  /** Null when it could not be started at all. */
  status: number | null;
  /** Both streams, in the order they came. */
  output: string;
}

export interface ProgramCall {
  file: string;
  args: readonly string[];
  cwd: string;
  account: Account | undefined;
}

/** Runs one of PostgreSQL's programs to its end; never throws, its words are in `output`. */
export async function runProgram(call: ProgramCall): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(call.file, call.args, {
      cwd: call.cwd,
      env: programEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(call.account === undefined ? {} : { uid: call.account.uid, gid: call.account.gid }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    // `exit`, not `close`: the server that pg_ctl leaves behind would hold inherited pipes open for its whole life.
    child.on('exit', (status) => setImmediate(() => resolve({ status, output: output.trim() })));
  });
}

/** Nothing of the caller's environment: PGDATA, PGOPTIONS or a locale would change what the programs do. */
function programEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
