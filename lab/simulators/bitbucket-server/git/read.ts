import type { Git } from './store.ts';

export interface Commit {
  id: string;
  author: { name: string; emailAddress: string };
  authorTimestamp: number;
  committer: { name: string; emailAddress: string };
  committerTimestamp: number;
  message: string;
  parents: string[];
}

const format = ['%H', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%P', '%B'].join('%x1f');

function parsed(record: string): Commit {
  const [id = '', authorName = '', authorMail = '', at = '', name = '', mail = '', ct = '', parents = '', ...body] =
    record.split('\x1f');
  return {
    id,
    author: { name: authorName, emailAddress: authorMail },
    authorTimestamp: Number(at) * 1000,
    committer: { name, emailAddress: mail },
    committerTimestamp: Number(ct) * 1000,
    message: body.join('\x1f').replace(/\n+$/, ''),
    parents: parents === '' ? [] : parents.split(' '),
  };
}

export interface CommitQuery {
  until: string;
  since?: string | undefined;
  path?: string | undefined;
  merges?: 'exclude' | 'include' | 'only' | undefined;
}

/** Newest first. */
export async function readCommits(git: Git, { until, since, path, merges }: CommitQuery): Promise<Commit[]> {
  const output = await git.text([
    'log',
    `--format=${format}%x1e`,
    ...(merges === 'exclude' ? ['--no-merges'] : merges === 'only' ? ['--merges'] : []),
    until,
    ...(since === undefined ? [] : [`^${since}`]),
    '--',
    ...(path === undefined ? [] : [path]),
  ]);
  return output
    .split('\x1e')
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map(parsed);
}

export async function readCommit(git: Git, commit: string): Promise<Commit> {
  return parsed(await git.text(['log', '-1', `--format=${format}`, commit]));
}

export async function mergeBase(git: Git, one: string, other: string): Promise<string | null> {
  const found = await git.text(['merge-base', one, other], { accepts: [0, 1] });
  return found.trim() === '' ? null : found.trim();
}

/** `blob`, `tree`, `commit`, or null where nothing is. */
export async function objectType(git: Git, commit: string, path: string): Promise<string | null> {
  if (path === '') return 'tree';
  const line = await git.text(['ls-tree', '-z', commit, '--', path.replace(/\/+$/, '')]);
  return line.split(/[ \t]/)[1] ?? null;
}

export const readFile = (git: Git, commit: string, path: string): Promise<Buffer> =>
  git.bytes(['cat-file', 'blob', `${commit}:${path}`]);

export interface TreeEntry {
  type: string;
  id: string;
  size: number | null;
  name: string;
}

export async function readTree(git: Git, commit: string, path: string): Promise<TreeEntry[]> {
  const output = await git.text(['ls-tree', '-z', '--long', path === '' ? commit : `${commit}:${path}`]);
  return output
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [meta = '', name = ''] = line.split('\t');
      const [, type = '', id = '', size = '-'] = meta.split(/ +/);
      return { type, id, size: size === '-' ? null : Number(size), name };
    });
}

/** Every file below a directory, relative to it. */
export async function readFileNames(git: Git, commit: string, path: string): Promise<string[]> {
  const output = await git.text(['ls-tree', '-z', '-r', '--name-only', path === '' ? commit : `${commit}:${path}`]);
  return output.split('\0').filter((line) => line !== '');
}

export type ChangeType = 'ADD' | 'COPY' | 'DELETE' | 'MODIFY' | 'MOVE' | 'UNKNOWN';

export interface FileChange {
  type: ChangeType;
  path: string;
  srcPath: string | null;
  contentId: string;
  fromContentId: string;
  executable: boolean;
  srcExecutable: boolean;
  submodule: boolean;
  percentUnchanged: number;
}

const changeTypes: Record<string, ChangeType> = {
  A: 'ADD',
  C: 'COPY',
  D: 'DELETE',
  M: 'MODIFY',
  R: 'MOVE',
  T: 'MODIFY',
};

/** Files that differ between two commits; without the first, all that the second has. */
export async function readChanges(git: Git, from: string | null, to: string): Promise<FileChange[]> {
  const range = from === null ? ['--root', to] : [from, to];
  const output = await git.text(['diff-tree', '-r', '-z', '-M', '--raw', '--no-abbrev', '--no-commit-id', ...range]);
  const parts = output.split('\0');
  const changes: FileChange[] = [];
  for (let index = 0; index + 1 < parts.length; ) {
    const [fromMode = '', toMode = '', fromContentId = '', contentId = '', status = ''] = (parts[index] ?? '')
      .replace(/^:/, '')
      .split(' ');
    const type = changeTypes[status.slice(0, 1)] ?? 'UNKNOWN';
    const moved = type === 'MOVE' || type === 'COPY';
    const first = parts[index + 1] ?? '';
    changes.push({
      type,
      path: moved ? (parts[index + 2] ?? '') : first,
      srcPath: moved ? first : null,
      contentId,
      fromContentId,
      executable: toMode === '100755',
      srcExecutable: fromMode === '100755',
      submodule: toMode === '160000' || fromMode === '160000',
      percentUnchanged: moved ? Number(status.slice(1)) : -1,
    });
    index += moved ? 3 : 2;
  }
  return changes;
}
