import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { OutboundOptions } from './types.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Why an address is not called. `final` refusals cannot be lifted by PLUMBLINE_OUTBOUND_ALLOW. */
export interface Refusal {
  address: string;
  reason: string;
  final: boolean;
}

export interface AddressPolicy {
  /** Undefined when `address` (an IP literal that `host` is or resolves to) may be connected to. */
  refuse(host: string, address: string, port: number): Refusal | undefined;
}

type PolicyOptions = Pick<OutboundOptions, 'configuredHost' | 'allow' | 'deny' | 'loopbackAllowed' | 'ownPorts'>;

// Metadata services outside the link-local ranges: AWS over IPv6, Alibaba Cloud, Oracle Cloud.
const metadata = ['fd00:ec2::254', '100.100.100.200', '192.0.0.192'].map((address) => ipaddr.parse(address));

const neverCalled: Record<string, string> = {
  unspecified: 'the unspecified address',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  linkLocal: 'a link-local address',
};

/** What a person who configures a host may mean beside the public internet. */
const ownNetworks = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

export function createAddressPolicy(options: PolicyOptions): AddressPolicy {
  const allow = (options.allow ?? []).map(parseRange);
  const deny = (options.deny ?? []).map(parseRange);
  const configuredHost = bareHost(options.configuredHost);
  return {
    refuse(host, literal, port) {
      const address = unwrap(ipaddr.parse(bareHost(literal)));
      const no = (reason: string, final: boolean): Refusal => ({ address: address.toString(), reason, final });
      const never = alwaysRefused(address, port, options.ownPorts);
      if (never !== undefined) return no(never, true);
      if (matches(address, deny)) return no('in a network that PLUMBLINE_OUTBOUND_DENY excludes', true);
      if (matches(address, allow)) return undefined;
      const range = address.range();
      if (range === 'unicast') return undefined;
      const configured = bareHost(host) === configuredHost;
      if (range === 'loopback') {
        if (configured && options.loopbackAllowed) return undefined;
        return no('a loopback address', false);
      }
      if (configured && ownNetworks.has(range)) return undefined;
      return no(`not a public address (${range})`, false);
    },
  };
}

/** Lower case, without brackets, port or trailing dot. */
export function bareHost(host: string): string {
  const match = /^\[([^\]]+)\](?::\d+)?$/.exec(host) ?? /^([^:]+):\d+$/.exec(host);
  return (match?.[1] ?? host).toLowerCase().replace(/\.$/, '');
}

function alwaysRefused(address: Address, port: number, ownPorts: readonly number[] | undefined): string | undefined {
  if (metadata.some((entry) => same(entry, address))) return 'a cloud metadata address';
  const never = neverCalled[address.range()];
  if (never !== undefined) return never;
  if (ownPorts?.includes(port) === true && isThisMachine(address)) return 'one of the hub’s own ports';
  return undefined;
}

function isThisMachine(address: Address): boolean {
  if (address.range() === 'loopback') return true;
  // Only link-local addresses have a zone, and those are refused before.
  const own = Object.values(networkInterfaces() as Record<string, NetworkInterfaceInfo[]>).flat();
  return own.some((entry) => same(unwrap(ipaddr.parse(entry.address)), address));
}

/** Kinds of IPv6 address that end with the IPv4 address they reach. */
const endsWithIPv4 = new Set(['ipv4Mapped', 'rfc6052', 'rfc6145']);

/** An IPv4 address in any of its IPv6 clothes reaches the same machine, so it is judged as that IPv4 address. */
function unwrap(address: Address): Address {
  const bytes = address.toByteArray();
  const range = address.range();
  if (endsWithIPv4.has(range)) return new ipaddr.IPv4(bytes.slice(12));
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  // Teredo carries the client's address with all bits turned over: RFC 4380.
  if (range === 'teredo') return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  // “IPv4-compatible”, deprecated and still understood by some systems; ::1 and :: are not of this kind.
  if (range === 'unicast' && bytes.slice(0, 12).every((byte) => byte === 0)) return new ipaddr.IPv4(bytes.slice(12));
  return address;
}

function same(a: Address, b: Address): boolean {
  return a.toString() === b.toString();
}

/** A CIDR range, or one address. Throws on anything else. */
function parseRange(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.toByteArray().length * 8];
}

function matches(address: Address, ranges: readonly [Address, number][]): boolean {
  return ranges.some(([network, bits]) => {
    if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
    return network instanceof ipaddr.IPv6 && address.match(network, bits);
  });
}
