import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { PlumblineError } from '../errors/index.ts';
import { type AddressPolicy, bareHost, type Refusal } from './address-policy.ts';
import type { Trust } from './trust.ts';
import type { OutboundOptions } from './types.ts';

/** All addresses of a name, as the operating system gives them. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true, order: 'verbatim' }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    );
  });

export interface DispatcherParts {
  options: OutboundOptions;
  policy: AddressPolicy;
  trust: Trust;
  resolve: Resolve;
}

const connectTimeoutMs = 10_000;

// One request at a time per connection (HTTP/1.1, no pipelining): what a slow server holds back is one call, and the
// servers and proxies at hand speak it best. How many connections there are, the slots decide.
const agentOptions = { pipelining: 1, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 60_000, allowH2: false };

/** Connects only to addresses the policy allows, judged at the moment of connecting. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { proxy } = parts.options;
  if (proxy === undefined) return new Agent({ ...agentOptions, connect: filteringConnector(parts) });
  return proxyDispatcher(parts, new URL(proxy));
}

function proxyDispatcher({ options, policy, trust, resolve }: DispatcherParts, proxy: URL): Dispatcher {
  // The proxy was configured by the same person as the host, so it may stand in the own network like that.
  const port = Number(proxy.port) || (proxy.protocol === 'https:' ? 443 : 80);
  const proxyHost = bareHost(proxy.hostname);
  const judged: AddressPolicy = {
    refuse: (host, address, at) =>
      policy.refuse(bareHost(host) === proxyHost ? options.configuredHost : host, address, at),
  };
  refuseLiteral(judged, proxyHost, port);
  const secureContext = trust.context(options.ca);
  const lookup = filteringLookup(judged, resolve, port);
  return new ProxyAgent({
    ...agentOptions,
    uri: proxy.href,
    connectTimeout: connectTimeoutMs,
    proxyTls: { secureContext, lookup },
    requestTls: { secureContext },
  });
}

/** With a proxy in between only what is written as an address can be judged here; names are the proxy's to resolve. */
export function refuseLiteral(policy: AddressPolicy, host: string, port: number): void {
  const name = bareHost(host);
  if (isIP(name) === 0) return;
  const refusal = policy.refuse(name, name, port);
  if (refusal !== undefined) throw notAllowed(name, refusal);
}

function filteringConnector({ options, policy, trust, resolve }: DispatcherParts): buildConnector.connector {
  const perTarget = new Map<string, buildConnector.connector>();
  const connectorFor = (protocol: string, port: number): buildConnector.connector => {
    const key = `${protocol}${port}`;
    const made = perTarget.get(key);
    if (made !== undefined) return made;
    const connector = buildConnector({
      timeout: connectTimeoutMs,
      allowH2: false,
      lookup: filteringLookup(policy, resolve, port),
      ...(protocol === 'https:' ? { secureContext: trust.context(options.ca) } : {}),
    });
    perTarget.set(key, connector);
    return connector;
  };
  return (target, callback) => {
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    try {
      // An address written as such is never looked up.
      refuseLiteral(policy, target.hostname, port);
      connectorFor(target.protocol, port)(target, callback);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
    }
  };
}

/** Every answer is judged and only allowed ones are handed on, so the address connected to is one that was judged. */
function filteringLookup(policy: AddressPolicy, resolve: Resolve, port: number): LookupFunction {
  const judged = callbackify(async (host: string, family: LookupOptions['family']) => {
    const answers = await resolve(host);
    const refusals = answers.map((answer) => policy.refuse(host, answer.address, port));
    const allowed = answers.filter((_, index) => refusals[index] === undefined);
    const refusal = refusals.find((entry) => entry !== undefined);
    if (allowed.length === 0 && refusal !== undefined) throw notAllowed(host, refusal);
    const wanted = allowed.filter((answer) => fitsFamily(answer.family, family));
    if (wanted.length === 0) throw notFound(host);
    return wanted;
  });
  return (host, options, callback) => {
    judged(host, options.family, (error, answers) => {
      const [first] = answers ?? [];
      if (first === undefined) callback(error ?? notFound(host), []);
      else if (options.all === true) callback(null, answers);
      else callback(null, first.address, first.family);
    });
  };
}

function fitsFamily(family: number, wanted: number | string | undefined): boolean {
  return wanted === undefined || wanted === 0 || family === Number(String(wanted).replace('IPv', ''));
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' });
}

function notAllowed(host: string, refusal: Refusal): PlumblineError {
  const subject = host === refusal.address ? host : `${host} resolves to ${refusal.address}, which`;
  return new PlumblineError('address_not_allowed', {
    message: `${subject} is ${refusal.reason}; the hub does not call it.`,
    remedy: refusal.final
      ? 'Enter the address of the outside system itself; this one is never called.'
      : `If the hub should reach it, add ${refusal.address} or its network to PLUMBLINE_OUTBOUND_ALLOW and restart.`,
    data: { host, address: refusal.address, reason: refusal.reason },
  });
}
