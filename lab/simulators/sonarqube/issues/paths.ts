import { type Batch, directoryPath, filePath, fileOf } from './batch.ts';

/** Number of the file with this path in a batch, -1 when the batch has no such file. */
function fileNumber(batch: Batch, path: string): number {
  const digits = /\/f(\d+)\.txt$/.exec(path)?.[1];
  const file = digits === undefined ? -1 : Number(digits);
  return file >= 0 && file < batch.files && filePath(batch, file) === path ? file : -1;
}

/** Tests whether issue `i` lies in one of the files; the paths are resolved to numbers once. */
export function inFiles(batch: Batch, paths: readonly string[]): (i: number) => boolean {
  const files = new Set(paths.map((path) => fileNumber(batch, path)).filter((file) => file >= 0));
  return (i) => files.has(fileOf(batch, i));
}

/** Tests whether issue `i` lies directly in one of the directories. */
export function inDirectories(batch: Batch, paths: readonly string[]): (i: number) => boolean {
  const wanted = new Set(paths);
  const cache = new Map<number, boolean>();
  return (i) => {
    const file = fileOf(batch, i);
    if (file < 0) return false;
    const directory = file % batch.directories;
    const known = cache.get(directory);
    if (known !== undefined) return known;
    const inside = wanted.has(directoryPath(batch, file));
    cache.set(directory, inside);
    return inside;
  };
}

/** True when the batch has a file or directory of this path. */
export function exists(batch: Batch, path: string): boolean {
  if (fileNumber(batch, path) >= 0 || batch.root === path || batch.root.startsWith(`${path}/`)) return true;
  const directory = /\/d(\d+)$/.exec(path)?.[1];
  return directory !== undefined && Number(directory) < batch.directories && path === `${batch.root}/d${directory}`;
}

/** Tests whether issue `i` belongs to the component of this path or to something below it. */
export function below(batch: Batch, path: string): (i: number) => boolean {
  const file = fileNumber(batch, path);
  if (file >= 0) return (i) => fileOf(batch, i) === file;
  if (batch.root === path || batch.root.startsWith(`${path}/`)) return (i) => fileOf(batch, i) >= 0;
  return inDirectories(batch, [path]);
}
