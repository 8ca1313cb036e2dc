import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newestVersion } from './releases.ts';

/** `lab.json`: what must survive the command that started the server. Holds no secret. */
const LabRecord = z.object({
  version: z.string(),
  release: z.string(),
  ports: z.object({ web: z.number(), search: z.number(), database: z.number() }),
  url: z.string(),
  /** Of the main process; absent after `down`. */
  pid: z.number().optional(),
  java: z.string(),
  startedAt: z.string(),
  /** Keys of the projects whose feeding came to its end. */
  fed: z.array(z.string()),
});
export type LabRecord = z.infer<typeof LabRecord>;

export async function readRecord(directory: string): Promise<LabRecord | undefined> {
  const text = await readFile(join(directory, 'lab.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return LabRecord.parse(JSON.parse(text));
  } catch {
    // Cut off by a full disk: the server is then started as if for the first time, its data stay.
    return undefined;
  }
}

/** Written beside and renamed: a reader never sees half of it. */
export async function writeRecord(directory: string, record: LabRecord): Promise<void> {
  const file = join(directory, 'lab.json');
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 });
  await rename(unfinished, file);
}

export const exampleFile = 'plumbline.yaml';

/** A file for `plumbline apply` with the address this server really has; its secret is a path, not a token. */
export async function writeExample(directory: string, { version, url }: LabRecord): Promise<void> {
  const name = version === newestVersion ? 'sonar-lab' : `sonar-lab-${version}`;
  const lines = [
    '# Written by `plumbline lab up`: use it with `plumbline apply -f`.',
    'integrations:',
    `  - name: ${name}`,
    '    kind: sonarqube',
    '    tags: [lab]',
    `    settings: { url: "${url}", projectKeys: [] }`,
    `    secrets: { apiToken: "\${file:lab/sonarqube-${version}/user.token}" }`,
  ];
  await writeFile(join(directory, exampleFile), `${lines.join('\n')}\n`, { mode: 0o644 });
}
