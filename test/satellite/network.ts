import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { startProcess } from './process.ts';

/** Network of the satellite, and of the tool behind it: no way leads from one end to the other. */
export const [near, behind] = ['plumbsat', 'plumbtool'];
export const hubAddress = '10.213.77.1';
export const toolAddress = '10.213.78.2';
const toolNetwork = '10.213.78.0/30';

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

/** Why this machine has no networks of its own to give; undefined where it has. */
export function whyNoNetworks(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root to make a network namespace';
  try {
    ip('netns', 'add', 'plumbprobe');
    ip('netns', 'del', 'plumbprobe');
    return undefined;
  } catch (error) {
    return `this machine makes no network namespace: ${(error as Error).message.split('\n')[0]}`;
  }
}

export function tearDownNetworks(): void {
  const undone = [
    ['netns', 'del', near],
    ['netns', 'del', behind],
    ['route', 'del', 'prohibit', toolNetwork],
  ];
  for (const args of undone)
    try {
      ip(...args);
    } catch {
      // It was not there.
    }
}

export function buildNetworks(): void {
  tearDownNetworks();
  for (const name of [near, behind]) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', 'plumbhub0', 'type', 'veth', 'peer', 'name', 'plumbhub1', 'netns', near);
  ip('addr', 'add', `${hubAddress}/30`, 'dev', 'plumbhub0');
  ip('link', 'set', 'plumbhub0', 'up');
  // A machine whose way out answers for every address would seem to reach it.
  ip('route', 'add', 'prohibit', toolNetwork);
  ip('-n', near, 'addr', 'add', '10.213.77.2/30', 'dev', 'plumbhub1');
  ip('-n', near, 'link', 'set', 'plumbhub1', 'up');
  ip('-n', near, 'link', 'add', 'plumbtool0', 'type', 'veth', 'peer', 'name', 'plumbtool1', 'netns', behind);
  ip('-n', near, 'addr', 'add', '10.213.78.1/30', 'dev', 'plumbtool0');
  ip('-n', near, 'link', 'set', 'plumbtool0', 'up');
  ip('-n', behind, 'addr', 'add', `${toolAddress}/30`, 'dev', 'plumbtool1');
  ip('-n', behind, 'link', 'set', 'plumbtool1', 'up');
}

/** `open`, or why there is no connection, as seen from a network. */
export async function reach(host: string, port: number, namespace?: string): Promise<string> {
  const script = `const s=require('net').connect({host:'${host}',port:${port},timeout:2000});
    s.on('connect',()=>{console.log('open');s.destroy()});s.on('timeout',()=>{console.log('no answer');s.destroy()});
    s.on('error',(e)=>console.log(e.code));`;
  const probe = startProcess(['-e', script], namespace === undefined ? {} : { namespace });
  while (probe.running()) await delay(50);
  await delay(50);
  return probe.said().trim();
}
