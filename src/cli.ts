import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { currentDirectorySource, stateDirectory } from './platform/config/state-directory.ts';
import { exitCodes, runCli } from './surfaces/cli/index.ts';

/** Composition of the command line: where the hub is, with which token, and where output goes. */
export async function cli(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const directory = stateDirectory({ ...currentDirectorySource(), env: environment });
  const here = await hubOfThisMachine(directory);
  process.once('SIGINT', () => process.exit(exitCodes.interrupted));
  return runCli(argv, {
    hub: {
      url: environment['PLUMBLINE_URL'] ?? here.url,
      // The local token opens the hub of this machine only: it is never sent to an address somebody names.
      token: environment['PLUMBLINE_TOKEN'] ?? (environment['PLUMBLINE_URL'] === undefined ? here.token : undefined),
    },
    terminal: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
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

/** What the hub of this state directory wrote when it started. */
async function hubOfThisMachine(directory: string): Promise<{ url: string; token: string | undefined }> {
  const address = await readFile(join(directory, 'hub.address'), 'utf8').catch(() => 'http://127.0.0.1:8420');
  const token = await readFile(join(directory, 'local.token'), 'utf8').catch(() => undefined);
  return { url: address.trim(), token: token?.trim() };
}

async function productVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
