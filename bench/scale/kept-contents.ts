import { readFile, writeFile } from 'node:fs/promises';
import type { DataContents } from '../../test/crash/data-contents.ts';

/** What the parts of the benchmark ended with, so that parts run apart can be compared. */
export interface KeptContents {
  size: { projects: number; issuesPerProject: number; seed: number };
  /** The source's clock when its projects were made: their dates hang on it. */
  madeAt: string;
  parts: Record<string, DataContents>;
}

/** What an earlier run left in the file; fresh where there is none. */
export async function recall(file: string | undefined, size: KeptContents['size']): Promise<KeptContents> {
  const fresh = { size, madeAt: new Date().toISOString(), parts: {} };
  if (file === undefined) return fresh;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return fresh;
  const kept = JSON.parse(text) as KeptContents;
  if (JSON.stringify(kept.size) !== JSON.stringify(size))
    throw new Error(`${file} holds the contents of another size: ${JSON.stringify(kept.size)}`);
  return kept;
}

export async function keep(file: string | undefined, contents: KeptContents): Promise<void> {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(contents, null, 1)}\n`);
}

/** What happened when, which no two installations share; everything else of schema `data` is compared. */
const toldByTime = new Set(['integration_health', 'integration_health_changes']);

export function differing(expected: DataContents, found: DataContents): string[] {
  const tables = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...tables].filter(
    (table) => !toldByTime.has(table) && JSON.stringify(expected[table]) !== JSON.stringify(found[table]),
  );
}
