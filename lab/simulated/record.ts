import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** `lab.json`: what the process is started with, and what must survive the command that started it. Holds no secret. */
export interface Wanted<Version extends string> {
  version: Version;
  port: number;
  url: string;
}

export const recordFile = (directory: string): string => join(directory, 'lab.json');

/** Undefined where there is none, or none of these versions. */
export async function readRecord<Version extends string>(
  directory: string,
  versions: readonly Version[],
): Promise<Wanted<Version> | undefined> {
  const form = z.object({ version: z.enum(versions), port: z.number(), url: z.string() });
  const text = await readFile(recordFile(directory), 'utf8').catch(() => '{}');
  try {
    return form.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a reader never sees half of it. */
export async function writeRecord(directory: string, record: Wanted<string>): Promise<void> {
  const file = recordFile(directory);
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 });
  await rename(`${file}.${process.pid}`, file);
}
