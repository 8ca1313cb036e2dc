import type { FileDiff } from '../git/diff.ts';
import type { Commit, FileChange } from '../git/read.ts';

export const shortId = (commit: string): string => commit.slice(0, 11);

export const commitView = ({ id, parents, ...rest }: Commit): object => ({
  id,
  displayId: shortId(id),
  ...rest,
  parents: parents.map((parent) => ({ id: parent, displayId: shortId(parent) })),
});

export function pathView(path: string): object {
  const components = path.split('/');
  const name = components.at(-1) ?? '';
  const dot = name.lastIndexOf('.');
  return {
    components,
    parent: components.slice(0, -1).join('/'),
    name,
    ...(dot > 0 ? { extension: name.slice(dot + 1) } : {}),
    toString: path,
  };
}

export const changeView = (change: FileChange): object => ({
  contentId: change.contentId,
  fromContentId: change.fromContentId,
  path: pathView(change.path),
  ...(change.srcPath === null ? {} : { srcPath: pathView(change.srcPath) }),
  executable: change.executable,
  srcExecutable: change.srcExecutable,
  percentUnchanged: change.percentUnchanged,
  type: change.type,
  nodeType: change.submodule ? 'SUBMODULE' : 'FILE',
  properties: { gitChangeType: change.type === 'MOVE' ? 'RENAME' : change.type },
});

export const fileDiffView = ({ source, destination, binary, hunks, truncated }: FileDiff): object => ({
  source: source === null ? null : pathView(source),
  destination: destination === null ? null : pathView(destination),
  ...(binary ? { binary } : { hunks }),
  truncated,
});

export interface DiffFrame {
  fromHash: string | null;
  toHash: string;
  contextLines: number;
  whitespace: string;
}

export const diffView = (frame: DiffFrame, diffs: readonly FileDiff[], truncated = false): object => ({
  ...frame,
  diffs: diffs.map(fileDiffView),
  truncated: truncated || diffs.some((diff) => diff.truncated),
});
