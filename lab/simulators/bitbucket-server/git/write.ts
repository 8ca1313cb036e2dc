import type { Git } from './store.ts';

export interface Person {
  name: string;
  emailAddress: string;
}

/** What a commit changes. */
export interface CommitWish {
  branch: string;
  /** Text by path; null removes it. */
  files?: Readonly<Record<string, string | Buffer | null>>;
  /** New path by old path. */
  moves?: Readonly<Record<string, string>>;
  message?: string;
  author: Person;
  date: Date;
  /** Where a new branch begins; default the branch itself, else nothing. */
  from?: string;
  /** Also a parent. */
  merges?: string;
}

const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
const data = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n')]);

/** Writes a commit on a branch and returns its hash; the same commit has the same hash everywhere. */
export async function writeCommit(git: Git, wish: CommitWish): Promise<string> {
  const ref = `refs/heads/${wish.branch}`;
  const parent = wish.from ?? git.refs.get(ref);
  const { name, emailAddress } = wish.author;
  const stamp = `${name} <${emailAddress}> ${Math.floor(wish.date.getTime() / 1000)} +0000`;
  const stream = [
    Buffer.from(`commit ${ref}\nmark :1\nauthor ${stamp}\ncommitter ${stamp}\n`),
    data(Buffer.from(wish.message ?? 'Change')),
    ...(parent === undefined ? [] : [Buffer.from(`from ${parent}\n`)]),
    ...(wish.merges === undefined ? [] : [Buffer.from(`merge ${wish.merges}\n`)]),
    ...Object.entries(wish.moves ?? {}).map(([from, to]) => Buffer.from(`R ${quoted(from)} ${quoted(to)}\n`)),
    ...Object.entries(wish.files ?? {}).flatMap(([path, content]) => change(path, content)),
    Buffer.from('\nget-mark :1\ndone\n'),
  ];
  const output = await git.text(['fast-import', '--quiet', '--force', '--done'], { input: Buffer.concat(stream) });
  await git.refresh();
  return output.trim();
}

const change = (path: string, content: string | Buffer | null): Buffer[] =>
  content === null
    ? [Buffer.from(`D ${quoted(path)}\n`)]
    : [Buffer.from(`M 100644 inline ${quoted(path)}\n`), data(Buffer.from(content))];

export async function updateRef(git: Git, ref: string, commit: string | null): Promise<void> {
  await git.text(commit === null ? ['update-ref', '-d', ref] : ['update-ref', ref, commit]);
  await git.refresh();
}

export interface MergeOutcome {
  /** Null when both sides changed the same. */
  tree: string | null;
}

/** What a merge of two commits would be. */
export async function tryMerge(git: Git, into: string, commit: string): Promise<MergeOutcome> {
  const output = await git.text(['merge-tree', '--write-tree', '--no-messages', into, commit], { accepts: [0, 1] });
  const [tree = '', ...conflicts] = output.trim().split('\n');
  return { tree: conflicts.length === 0 ? tree : null };
}

/** Makes the merge commit and moves the branch to it. */
export async function mergeInto(
  git: Git,
  {
    ref,
    into,
    commit,
    message,
    author,
    date,
  }: { ref: string; into: string; commit: string; message: string; author: Person; date: Date },
): Promise<string | null> {
  const { tree } = await tryMerge(git, into, commit);
  if (tree === null) return null;
  const seconds = `${Math.floor(date.getTime() / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.emailAddress,
    GIT_AUTHOR_DATE: seconds,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.emailAddress,
    GIT_COMMITTER_DATE: seconds,
  };
  const made = await git.text(['commit-tree', tree, '-p', into, '-p', commit, '-m', message], { env });
  await updateRef(git, ref, made.trim());
  return made.trim();
}

/** Brings a commit of another repository here. */
export async function fetchFrom(git: Git, other: Git, commit: string, ref: string): Promise<void> {
  const config = ['-c', 'uploadpack.allowAnySHA1InWant=true'];
  await git.text([...config, 'fetch', '--quiet', '--no-tags', other.directory, `+${commit}:${ref}`], {
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'uploadpack.allowAnySHA1InWant', GIT_CONFIG_VALUE_0: 'true' },
  });
}
