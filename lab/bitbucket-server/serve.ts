import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askedOf, serveUntilSignal } from '../simulated/serve.ts';
import { startBitbucketSimulator } from '../simulators/bitbucket-server/index.ts';
import { profileNames } from '../simulators/bitbucket-server/profiles.ts';
import { credentialFiles, fillSample } from './sample.ts';

/** The process of the lab's Bitbucket Server. */
const { directory, version, port } = await askedOf(profileNames);
const repositories = join(directory, 'repositories');
// The model lives in memory: repositories of an earlier process belong to nothing any more.
await rm(repositories, { recursive: true, force: true });
const simulator = await startBitbucketSimulator({ version, port, directory: repositories });
const access = await fillSample(simulator, randomBytes(12).toString('base64url'));
const { bot, ada, password } = credentialFiles;
const credentials = { [bot]: access.bot, [ada]: access.ada, [password]: access.password };
await serveUntilSignal(simulator, { directory, credentials });
