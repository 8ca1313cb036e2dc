import { type ProfileName, profileNames } from '../simulators/bitbucket-server/profiles.ts';
import type { SimulatedServer } from '../simulated/server.ts';
import { simulatedSystem } from '../simulated/system.ts';
import { credentialFiles } from './sample.ts';

export const bitbucketServerSystem = simulatedSystem(
  {
    name: 'bitbucket-server',
    title: 'Bitbucket Server',
    preferredPort: 7990,
    versions: profileNames,
    newest: '10.2',
    serve: new URL('serve.ts', import.meta.url),
    needs: 'It needs git 2.38 or newer.',
  },
  describe,
);

function describe({ url, directory }: SimulatedServer<ProfileName>): string[] {
  const file = (name: keyof typeof credentialFiles): string => `${directory}/${credentialFiles[name]}`;
  return [
    `  report with    ${file('bot')} (may read)`,
    `  administer     ${file('ada')}, or as ada with ${file('password')}`,
    `  clone          git clone ${url.replace('://', '://ada@')}/scm/pay/ledger.git`,
    '  pull requests  PAY/ledger 17 (open), 18 (from a fork), 19 (merged)',
    '  stop           plumbline lab down bitbucket-server',
  ];
}
