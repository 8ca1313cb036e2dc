import type { SimulatedServer } from '../simulated/server.ts';
import { simulatedSystem } from '../simulated/system.ts';
import { type ProfileName, profileNames } from '../simulators/harness/profiles.ts';
import { tokenFile } from './sample.ts';

export const harnessSystem = simulatedSystem(
  {
    name: 'harness',
    title: 'Harness',
    preferredPort: 7980,
    versions: profileNames,
    newest: 'cloud',
    serve: new URL('serve.ts', import.meta.url),
  },
  describe,
);

function describe({ directory }: SimulatedServer<ProfileName>): string[] {
  return [
    `  API key     ${directory}/${tokenFile} (sees everything)`,
    '  account id  acc',
    '  projects    pay/ledger (a run waits for approval), org1/p01 and org2/p02 (generated)',
    '  stop        plumbline lab down harness',
  ];
}
