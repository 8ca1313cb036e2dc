import { askedOf, serveUntilSignal } from '../simulated/serve.ts';
import { startHarnessSimulator } from '../simulators/harness/index.ts';
import { profileNames } from '../simulators/harness/profiles.ts';
import { fillSample, tokenFile } from './sample.ts';

/** The process of the lab's Harness. */
const { directory, version, port } = await askedOf(profileNames);
const simulator = await startHarnessSimulator({ profile: version, port });
await serveUntilSignal(simulator, { directory, credentials: { [tokenFile]: fillSample(simulator) } });
