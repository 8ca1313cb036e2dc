import { type ProfileName, profileNames } from '../simulators/bitbucket-server/profiles.ts';
import type { LabSystem } from '../system.ts';
import { credentialFiles } from './record.ts';
import { type BitbucketServer, bitbucketServerState, startBitbucketServer, stopBitbucketServer } from './server.ts';

const newest: ProfileName = '10.2';

export const bitbucketServerSystem: LabSystem = {
  name: 'bitbucket-server',
  title: 'Bitbucket Server (simulated)',
  versions: profileNames,
  options: [],
  async up(context, { version = newest, port }) {
    return describe(await startBitbucketServer(context, { version: profileNamed(version), port }));
  },
  async down(context) {
    if ((await bitbucketServerState(context)) === undefined) return [];
    return [
      (await stopBitbucketServer(context))
        ? 'Bitbucket Server stopped; what it held is gone.'
        : 'Bitbucket Server was not running.',
    ];
  },
  async servers(context) {
    const server = await bitbucketServerState(context);
    if (server === undefined) return [];
    const { url, version, pid, directory } = server;
    const state = pid === undefined ? 'stopped' : `pid ${pid}`;
    return [
      {
        row: { system: 'bitbucket-server', version, url, running: pid !== undefined, pid: pid ?? null, directory },
        line: `bitbucket-server ${version}  ${state}  ${url}  ${directory}`,
      },
    ];
  },
};

/** A version of another system, asked for together with this one, is no reason to stop. */
const profileNamed = (version: string): ProfileName => profileNames.find((name) => name === version) ?? newest;

function describe({ url, version, directory, adopted }: BitbucketServer): string[] {
  const file = (name: keyof typeof credentialFiles): string => `${directory}/${credentialFiles[name]}`;
  return [
    `Bitbucket Server ${version} (simulated) ${adopted ? 'was running already' : 'is running'}: ${url}`,
    `  report with    ${file('bot')} (may read)`,
    `  administer     ${file('ada')}, or as ada with ${file('password')}`,
    `  clone          git clone ${url.replace('://', '://ada@')}/scm/pay/ledger.git`,
    '  pull requests  PAY/ledger 17 (open), 18 (from a fork), 19 (merged)',
    '  stop           plumbline lab down bitbucket-server',
  ];
}
