import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRecord, type Wanted } from './record.ts';

/** What the process of a simulator is told by its only argument, `lab.json`. */
export async function askedOf<Version extends string>(
  versions: readonly Version[],
): Promise<Wanted<Version> & { directory: string }> {
  const directory = dirname(process.argv[2] ?? '');
  const record = await readRecord(directory, versions);
  if (record === undefined) throw new Error(`${process.argv[2]} does not say what to start.`);
  return { ...record, directory };
}

/** Keeps its credentials, says that it is ready, and ends with the first signal. */
export async function serveUntilSignal(
  { url, close }: { url: string; close: () => Promise<void> },
  { directory, credentials }: { directory: string; credentials: Readonly<Record<string, string>> },
): Promise<void> {
  for (const [file, secret] of Object.entries(credentials))
    await writeFile(join(directory, file), `${secret}\n`, { mode: 0o600 });
  process.stdout.write(`ready ${url}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await close();
}
