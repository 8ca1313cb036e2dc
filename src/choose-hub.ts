import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PeerCertificate } from 'node:tls';
import { type HubAddress, namesThisHub, readHubAddress } from './platform/config/hub-address.ts';
import { PlumblineError } from './platform/errors/index.ts';
import type { HubAddress as CalledHub } from './surfaces/cli/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const usualUrl = 'http://127.0.0.1:8420';

/**
 * Which hub a command talks to, and with which token. The local token opens the hub of this state directory only: it
 * goes to that hub's own listener, whichever of its addresses was named, and nowhere else. Throws `config_invalid`.
 */
export async function chooseHub(stateDirectory: string, env: Environment): Promise<CalledHub> {
  const here = await readHubAddress(stateDirectory);
  const named = given(env['PLUMBLINE_URL']) ? hubUrl(env['PLUMBLINE_URL']) : undefined;
  const token = given(env['PLUMBLINE_TOKEN']) ? env['PLUMBLINE_TOKEN'] : undefined;
  const isHere = here !== undefined && (named === undefined || namesThisHub(named, here));
  if (isHere && (token === undefined || named === undefined)) {
    return { url: here.local, token: token ?? (await localToken(stateDirectory)), ...callsTo(here) };
  }
  return { url: named?.href ?? usualUrl, token };
}

const given = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

function hubUrl(text: string): URL {
  const url = URL.parse(text.trim());
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '') return url;
  throw new PlumblineError('config_invalid', {
    message: 'PLUMBLINE_URL is no http:// or https:// address.',
    remedy: 'Set it to the address the hub printed when it started, e.g. https://plumbline.example.com',
  });
}

async function localToken(stateDirectory: string): Promise<string | undefined> {
  const text = await readFile(join(stateDirectory, 'local.token'), 'utf8').catch(() => undefined);
  return text?.trim();
}

/** A hub with TLS is called by an address that is seldom in its certificate: it must show that certificate itself. */
function callsTo({ certificate }: HubAddress): Pick<CalledHub, 'fetch'> {
  if (certificate === null) return {};
  return {
    async fetch(url, init) {
      const { Agent, fetch: send } = await import('undici');
      const { X509Certificate } = await import('node:crypto');
      const expected = new X509Certificate(certificate).fingerprint256;
      const checkServerIdentity = (_host: string, shown: PeerCertificate): Error | undefined =>
        shown.fingerprint256 === expected ? undefined : new Error('another certificate than the hub’s own was shown');
      const connect = { ca: certificate, allowPartialTrustChain: true, checkServerIdentity };
      return (await send(url, { ...init, dispatcher: new Agent({ connect }) } as never)) as unknown as Response;
    },
  };
}
