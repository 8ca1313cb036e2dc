import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import type { Outbound } from '../../../platform/outbound/types.ts';
import type { SingleSignOn } from './contract.ts';
import { providerFault, WrongIssuer } from './faults.ts';

/** How the hub calls an address that a person configured; the hub fills it in. */
export interface ProviderReach {
  connectTo<T>(address: URL, signal: AbortSignal, use: (http: Outbound) => Promise<T>): Promise<T>;
}

export interface Client {
  issuer: string;
  clientId: string;
  secret: string | undefined;
}

/** Clocks may differ by so much. */
export const toleratedSeconds = 300;
const callMs = 10_000;
const mostBytes = 1024 * 1024;

export const clientOf = (settings: SingleSignOn, secret: string | undefined): Client => ({
  issuer: settings.issuer,
  clientId: settings.clientId,
  secret,
});

/**
 * Asks the provider who it is, then lets `use` talk to it. Nothing is kept from one call to the next: keys that were changed a
 * second ago are the ones that count. Throws coded errors only.
 */
export async function withProvider<T>(
  reach: ProviderReach,
  client: Client,
  signal: AbortSignal,
  use: (provider: Configuration, call: CustomFetch) => Promise<T>,
): Promise<T> {
  try {
    return await reach.connectTo(new URL(client.issuer), signal, async (http) => {
      const call = callThrough(http, signal);
      return use(await discover(client, call), call);
    });
  } catch (error) {
    throw providerFault(error);
  }
}

async function discover({ issuer, clientId, secret }: Client, call: CustomFetch): Promise<Configuration> {
  const server = new URL(issuer);
  const insecure = server.protocol === 'http:' ? [allowInsecureRequests] : [];
  const options = { [customFetch]: call, execute: [...insecure, enableNonRepudiationChecks] };
  const found = await discovery(
    server,
    clientId,
    { [clockTolerance]: toleratedSeconds },
    authentication(secret),
    options,
  );
  requireSameIssuer(found, issuer);
  return found;
}

/** The library compares addresses; that they are written alike counts, too: it is what tokens are compared with. */
function requireSameIssuer(provider: Configuration, issuer: string): void {
  const said = provider.serverMetadata().issuer;
  if (said !== issuer) throw new WrongIssuer(said);
}

/** As the provider asks for it; Basic where it does not say, as its own standard has it. */
function authentication(secret: string | undefined) {
  if (secret === undefined) return None();
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (...request: Parameters<typeof basic>): void => {
    const [server] = request;
    const ways = server.token_endpoint_auth_methods_supported;
    const asBody = ways !== undefined && !ways.includes('client_secret_basic') && ways.includes('client_secret_post');
    (asBody ? post : basic)(...request);
  };
}

function callThrough(http: Outbound, signal: AbortSignal): CustomFetch {
  return async (url, { method, headers, body }) => {
    const answer = await http.request({
      method: method === 'POST' ? 'POST' : 'GET',
      url: new URL(url),
      headers,
      ...(body === undefined || body === null ? {} : { body: textOf(body) }),
      signal,
      timeoutMs: callMs,
      maxBytes: mostBytes,
      maxRetries: 1,
    });
    const bytes = await answer.bytes();
    const { 'content-encoding': _decoded, 'content-length': _length, ...rest } = answer.headers;
    const bodiless = answer.status === 204 || answer.status === 205 || answer.status === 304;
    return new Response(bodiless ? null : Uint8Array.from(bytes), { status: answer.status, headers: rest });
  };
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only forms are sent to a provider');
}
