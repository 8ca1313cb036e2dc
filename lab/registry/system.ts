import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { LabSystem, Wanted } from '../system.ts';
import { openImageStore, replayImages } from './replay.ts';
import {
  exampleFile,
  type Registry,
  type RegistryStart,
  registryState,
  startRegistry,
  stopRegistry,
} from './server.ts';

export const registrySystem: LabSystem = {
  name: 'registry',
  title: 'Registry',
  versions: [],
  options: [
    new Option(
      '--notify <url>',
      'registry: where it tells of pushes, an address of the hub’s Inbox page; kept for later starts, “off” ends it',
    ).argParser(webAddress),
    new Option('--secret-file <file>', 'registry: file with the secret of that address'),
    new Option('--replay', 'registry: push the images of the provenance tests'),
  ],
  async up(context, { port, options }) {
    const registry = await startRegistry(context, { port, notifications: await notificationsOf(options) });
    const pushed = options['replay'] === true ? [`Pushed ${await replayed(registry.url)} references.`] : [];
    return [...pushed, ...describe(registry)];
  },
  async down(context) {
    if ((await registryState(context)) === undefined) return [];
    return [(await stopRegistry(context)) ? 'Registry stopped; its images stay.' : 'Registry was not running.'];
  },
  async servers(context) {
    const registry = await registryState(context);
    if (registry === undefined) return [];
    const { url, pid, directory } = registry;
    const state = pid === undefined ? 'stopped' : `pid ${pid}`;
    return [
      {
        row: { system: 'registry', url, running: pid !== undefined, pid: pid ?? null, directory },
        line: `registry  ${state}  ${url}  ${directory}`,
      },
    ];
  },
};

async function replayed(url: string): Promise<number> {
  const folder = new URL('../../test/fixtures/provenance/store', import.meta.url).pathname;
  return replayImages(await openImageStore(folder), url);
}

/** The secret comes from a file: it must not stand in a list of processes. */
async function notificationsOf({ notify, secretFile }: Wanted['options']): Promise<RegistryStart['notifications']> {
  if (typeof notify !== 'string') return undefined;
  if (notify === 'off') return notify;
  if (typeof secretFile !== 'string') throw new InvalidArgumentError('Name the file with its secret: --secret-file.');
  const secret = (await readFile(secretFile, 'utf8')).trim();
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new InvalidArgumentError('The file holds no secret in one line.');
  return { url: notify, secret };
}

function describe({ url, directory, adopted }: Registry): string[] {
  return [
    `Registry ${adopted ? 'was running already' : 'is running'}: ${url}`,
    `  push           docker push ${new URL(url).host}/<repository>:<tag>, or start it with --replay`,
    `  notifications  start it with --notify and --secret-file; the hub’s Inbox page has both`,
    `  connect        plumbline apply -f ${directory}/${exampleFile}`,
    `  stop           plumbline lab down registry`,
  ];
}

function webAddress(text: string): string {
  if (text === 'off') return text;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('It is an http or https address.');
  return url.href;
}
