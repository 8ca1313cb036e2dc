import type { LabContext } from '../context.ts';
import type { LabSystem } from '../system.ts';
import { type Simulated, simulatedState, type SimulatedServer, startSimulated, stopSimulated } from './server.ts';

/** A simulator as a system of the lab. The newest version is the one that is started where none is named. */
export function simulatedSystem<Version extends string>(
  simulated: Simulated<Version> & { newest: Version },
  describe: (server: SimulatedServer<Version>) => string[],
): LabSystem {
  const { name, title, versions, newest } = simulated;
  // A version of another system, asked for together with this one, is no reason to stop.
  const versionNamed = (wanted: string): Version => versions.find((one) => one === wanted) ?? newest;
  return {
    name,
    title: `${title} (simulated)`,
    versions,
    options: [],
    async up(context, { version = newest, port }) {
      const server = await startSimulated(context, simulated, { version: versionNamed(version), port });
      const state = server.adopted ? 'was running already' : 'is running';
      return [`${title} ${server.version} (simulated) ${state}: ${server.url}`, ...describe(server)];
    },
    async down(context) {
      if ((await simulatedState(context, simulated)) === undefined) return [];
      const wasRunning = await stopSimulated(context, simulated);
      return [wasRunning ? `${title} stopped; what it held is gone.` : `${title} was not running.`];
    },
    servers: (context) => serversOf(context, simulated),
  };
}

async function serversOf(context: LabContext, simulated: Simulated<string>): ReturnType<LabSystem['servers']> {
  const server = await simulatedState(context, simulated);
  if (server === undefined) return [];
  const { url, version, pid, directory } = server;
  const { name: system } = simulated;
  return [
    {
      row: { system, version, url, running: pid !== undefined, pid: pid ?? null, directory },
      line: `${system} ${version}  ${pid === undefined ? 'stopped' : `pid ${pid}`}  ${url}  ${directory}`,
    },
  ];
}
