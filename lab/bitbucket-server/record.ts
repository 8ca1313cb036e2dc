import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { profileNames } from '../simulators/bitbucket-server/profiles.ts';

/** `lab.json`: what the process is started with, and what must survive the command that started it. Holds no secret. */
const Wanted = z.object({ version: z.enum(profileNames), port: z.number(), url: z.string() });
export type Wanted = z.infer<typeof Wanted>;

export const recordFile = (directory: string): string => join(directory, 'lab.json');
/** Names of the credentials' files, mode 0600. */
export const credentialFiles = { bot: 'bot.token', ada: 'ada.token', password: 'ada.password' } as const;

export async function readRecord(directory: string): Promise<Wanted | undefined> {
  const text = await readFile(recordFile(directory), 'utf8').catch(() => '{}');
  try {
    return Wanted.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a reader never sees half of it. */
export async function writeRecord(directory: string, record: Wanted): Promise<void> {
  const file = recordFile(directory);
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 });
  await rename(`${file}.${process.pid}`, file);
}
