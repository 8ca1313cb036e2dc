import { readFile } from 'node:fs/promises';
import { chooseHub } from './choose-hub.ts';
import { currentDirectorySource, stateDirectory } from './platform/config/state-directory.ts';
import { printable } from './domain/printable.ts';
import { exitCodes, runCli } from './surfaces/cli/index.ts';

/** Composition of the command line: where the hub is, with which token, and where output goes. */
export async function cli(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const directory = stateDirectory({ ...currentDirectorySource(), env: environment });
  process.once('SIGINT', () => process.exit(exitCodes.interrupted));
  return runCli(argv, {
    hub: await chooseHub(directory, environment),
    terminal: {
      // Into a file or a pipe exactly what there is; a terminal would obey what is hidden in it.
      out: (text) => void process.stdout.write(process.stdout.isTTY ? printable(text) : text),
      err: (text) => void process.stderr.write(printable(text)),
      interactive: process.stderr.isTTY === true,
    },
    version: await productVersion(),
    secretSources: { environment, stateDirectory: directory },
    async examineThisMachine() {
      const { examineThisMachine } = await import('./doctor-local.ts');
      return examineThisMachine(directory, environment);
    },
  });
}

async function productVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
