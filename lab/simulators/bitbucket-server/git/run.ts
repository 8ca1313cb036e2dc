import { spawn } from 'node:child_process';

/** No configuration of the machine, no language but git's own. */
const environment = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

export class GitError extends Error {
  readonly code: number | null;
  constructor(args: readonly string[], code: number | null, words: string) {
    super(`git ${args.slice(0, 2).join(' ')}: ${words.trim() || `ended with ${code}`}`);
    this.code = code;
  }
}

export interface GitCall {
  directory: string;
  input?: Buffer | string;
  env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure; default 0. */
  accepts?: readonly number[];
}

export interface GitOutcome {
  code: number;
  stdout: Buffer;
}

/** Runs git in a directory and returns what it wrote. */
export function runGit(
  args: readonly string[],
  { directory, input, env = {}, accepts = [0] }: GitCall,
): Promise<GitOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: directory, env: { ...environment, ...env }, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    // Git may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.once('close', (code) => {
      if (code === null || !accepts.includes(code))
        reject(new GitError(args, code, Buffer.concat(stderr).toString('utf8')));
      else resolve({ code, stdout: Buffer.concat(stdout) });
    });
    child.stdin.end(input ?? '');
  });
}

export async function gitText(args: readonly string[], call: GitCall): Promise<string> {
  return (await runGit(args, call)).stdout.toString('utf8');
}
