import { mkdir } from 'node:fs/promises';
import { type GitCall, gitText, runGit } from './run.ts';

/** A bare repository on disk and what is known of it. */
export interface Git {
  directory: string;
  /** Commits by ref, `refs/heads/…` and `refs/tags/…`; as `refresh` last saw them. */
  refs: ReadonlyMap<string, string>;
  /** True for a commit that the repository knows. */
  has: (commit: string) => Promise<boolean>;
  /** Commits that lie here but that the server does not know yet: heads of forks that nobody looked at. */
  hidden: Set<string>;
  refresh: () => Promise<void>;
  text: (args: readonly string[], call?: Omit<GitCall, 'directory'>) => Promise<string>;
  bytes: (args: readonly string[], call?: Omit<GitCall, 'directory'>) => Promise<Buffer>;
  /** One writer after the other. */
  inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

export const noCommit = '0'.repeat(40);

export async function createGit(directory: string, origin?: Git): Promise<Git> {
  await mkdir(directory, { recursive: true });
  if (origin === undefined) await gitText(['init', '--quiet', '--bare', '--initial-branch=main', '.'], { directory });
  else await gitText(['clone', '--quiet', '--bare', '--no-local', origin.directory, '.'], { directory });
  const git = opened(directory);
  await git.refresh();
  return git;
}

function opened(directory: string): Git {
  const known = new Set<string>();
  const refs = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  const git: Git = {
    directory,
    refs,
    hidden: new Set(),
    has: async (commit) => {
      if (git.hidden.has(commit)) return false;
      if (known.has(commit)) return true;
      const { code } = await runGit(['cat-file', '-e', `${commit}^{commit}`], { directory, accepts: [0, 1, 128] });
      if (code === 0) known.add(commit);
      return code === 0;
    },
    refresh: async () => {
      const lines = await git.text([
        'for-each-ref',
        '--format=%(refname) %(objectname) %(*objectname)',
        'refs/heads',
        'refs/tags',
      ]);
      refs.clear();
      for (const line of lines.split('\n').filter((one) => one !== '')) {
        const [name = '', object = '', peeled = ''] = line.split(' ');
        refs.set(name, peeled === '' ? object : peeled);
      }
    },
    text: (args, call = {}) => gitText(args, { directory, ...call }),
    bytes: async (args, call = {}) => (await runGit(args, { directory, ...call })).stdout,
    inTurn: (work) => {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
  return git;
}

/** A commit by hash, branch, tag or full ref; undefined when there is none. */
export async function resolve(git: Git, name: string): Promise<string | undefined> {
  for (const ref of [name, `refs/heads/${name}`, `refs/tags/${name}`]) {
    const commit = git.refs.get(ref);
    if (commit !== undefined) return commit;
  }
  if (!/^[0-9a-fA-F]{4,40}$/.test(name)) return undefined;
  const found = await git
    .text(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { accepts: [0, 1, 128] })
    .then((text) => text.trim());
  return found === '' || git.hidden.has(found) ? undefined : found;
}
