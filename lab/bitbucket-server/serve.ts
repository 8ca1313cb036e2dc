import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startBitbucketSimulator } from '../simulators/bitbucket-server/index.ts';
import { credentialFiles, readRecord } from './record.ts';
import { fillSample } from './sample.ts';

/** The process of the lab's Bitbucket Server; its only argument is `lab.json`. */
const directory = dirname(process.argv[2] ?? '');
const record = await readRecord(directory);
if (record === undefined) throw new Error(`${process.argv[2]} does not say what to start.`);

const repositories = join(directory, 'repositories');
// The model lives in memory: repositories of an earlier process belong to nothing any more.
await rm(repositories, { recursive: true, force: true });
const simulator = await startBitbucketSimulator({
  version: record.version,
  port: record.port,
  directory: repositories,
});
const access = await fillSample(simulator, randomBytes(12).toString('base64url'));
for (const [name, file] of Object.entries(credentialFiles))
  await writeFile(join(directory, file), `${access[name as keyof typeof access]}\n`, { mode: 0o600 });
process.stdout.write(`ready ${simulator.url}\n`);
await new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});
await simulator.close();
