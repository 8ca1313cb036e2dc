import { BlockList, isIP } from 'node:net';
import { isLoopbackAddress, type Transport } from '../../features/access/index.ts';

type Headers = Record<string, string | string[] | undefined>;

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** Host name of a `Host` header in lower case, without port and brackets; undefined when it is not one. */
export function hostName(host: string | undefined): string | undefined {
  if (host === undefined || !/^[A-Za-z0-9.:_[\]-]+$/.test(host)) return undefined;
  const parsed = URL.parse(`http://${host}`);
  return parsed === null ? undefined : parsed.hostname.replace(/^\[|\]$/g, '');
}

/** `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || isLoopbackAddress(name);
}

/** A page of another site whose name was pointed at this machine (DNS rebinding) sends its own name as Host. */
export function hostAllowed(host: string | undefined, publicUrl: URL): boolean {
  const name = hostName(host);
  return name !== undefined && (name === hostName(publicUrl.host) || isLoopbackName(name));
}

/** Rebinding needs a name: a request to a bare address cannot come from it. For probes, which call addresses. */
export function isBareAddress(host: string | undefined): boolean {
  const name = hostName(host);
  return name !== undefined && isIP(name) !== 0;
}

const forwardingHeaders = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'x-original-forwarded-for',
  'x-envoy-external-address',
  'x-request-start',
  'x-amzn-trace-id',
  'true-client-ip',
  'cf-connecting-ip',
  'cdn-loop',
]);

/** True when somebody sent the request on for another, or a page that is not on this machine made it. */
export function isForwarded(headers: Headers): boolean {
  if (Object.keys(headers).some((name) => name.startsWith('x-forwarded-') || forwardingHeaders.has(name))) return true;
  return [headers['origin'], headers['referer']].some((address) => {
    const page = URL.parse(single(address) ?? '');
    return page !== null && !isLoopbackName(hostName(page.host) ?? '');
  });
}

/**
 * A request of this very machine: a program here connected, called us by a name of this machine, and shows no sign of
 * having been sent on. A proxy here that passes the public name on is none, whatever headers it adds or leaves out.
 */
export function isLocal(request: { socketAddress: string; host: string | undefined; headers: Headers }): boolean {
  const name = hostName(request.host);
  return (
    name !== undefined &&
    isLoopbackName(name) &&
    isLoopbackAddress(request.socketAddress) &&
    !isForwarded(request.headers)
  );
}

export function transportOf(request: {
  /** After trusted proxies were believed. */
  protocol: string;
  socketAddress: string;
  host: string | undefined;
  headers: Headers;
}): Transport {
  if (request.protocol === 'https') return 'https';
  return isLocal(request) ? 'loopback' : 'http';
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The rule against forged requests: one that may change something comes from our own pages, as the browser itself
 * says, or shows a bearer token and no cookie, which no browser sends by itself.
 */
export function unsafeMethodAllowed(request: {
  method: string;
  headers: Headers;
  host: string | undefined;
  publicUrl: URL;
  hasBearer: boolean;
  hasCookie: boolean;
}): boolean {
  if (safeMethods.has(request.method)) return true;
  if (request.hasBearer && !request.hasCookie) return true;
  const site = single(request.headers['sec-fetch-site']);
  if (site !== undefined) return site === 'same-origin';
  const origin = single(request.headers['origin']);
  return origin !== undefined && ownOrigin(origin, request.host, request.publicUrl);
}

function ownOrigin(origin: string, host: string | undefined, publicUrl: URL): boolean {
  if (origin === publicUrl.origin) return true;
  const parsed = URL.parse(origin);
  // Reached by a loopback name although the public URL is another: then the page has exactly the address called.
  return parsed !== null && parsed.host === host?.toLowerCase() && isLoopbackName(hostName(host) ?? '');
}

/** Says which addresses are proxies whose X-Forwarded-* headers count. */
export function trustedProxyTest(networks: readonly string[]): false | ((address: string) => boolean) {
  if (networks.length === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}
