import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { bareHost, createAddressPolicy } from './address-policy.ts';

const base = { configuredHost: 'sonar.example', loopbackAllowed: true };
const reasonFor = (address: string, options = {}, host = 'sonar.example', port = 9000): string | undefined =>
  createAddressPolicy({ ...base, ...options }).refuse(host, address, port)?.reason;

describe('addresses that are never called', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '169.254.169.254',
    '169.254.0.1',
    'fe80::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '192.0.0.192',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
    '::a9fe:a9fe',
    '::ffff:0:a9fe:a9fe',
    '2001:0:1:1:1:1:5601:5601',
  ])('%s, not even for the configured host or when allowed', (address) => {
    expect(reasonFor(address)).toBeDefined();
    expect(reasonFor(address, { allow: ['0.0.0.0/0', '::/0'] })).toBeDefined();
  });

  it('the hub’s own ports on any address of this machine', () => {
    const ownPorts = [8420, 5433];
    expect(reasonFor('127.0.0.1', { ownPorts }, 'sonar.example', 8420)).toMatch(/own ports/);
    expect(reasonFor('::1', { ownPorts, allow: ['::1'] }, 'sonar.example', 5433)).toMatch(/own ports/);
    expect(reasonFor('127.0.0.1', { ownPorts }, 'sonar.example', 9000)).toBeUndefined();
    const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const outer = own.find((entry) => !entry.internal && entry.family === 'IPv4');
    if (outer !== undefined) expect(reasonFor(outer.address, { ownPorts }, 'sonar.example', 8420)).toMatch(/own ports/);
  });

  it('what the operator denies, also when it is public', () => {
    expect(reasonFor('8.8.8.8', { deny: ['8.8.8.0/24'] })).toMatch(/DENY/);
    expect(reasonFor('10.1.2.3', { deny: ['10.0.0.0/8'], allow: ['10.1.0.0/16'] })).toMatch(/DENY/);
  });
});

describe('why an address is refused', () => {
  it.each([
    ['169.254.169.254', 'a link-local address'],
    ['fd00:ec2::254', 'a cloud metadata address'],
    ['100.100.100.200', 'a cloud metadata address'],
    ['0.0.0.0', 'the unspecified address'],
    ['ff02::1', 'a multicast address'],
    ['255.255.255.255', 'the broadcast address'],
  ])('%s is %s, and nothing lifts that', (address, reason) => {
    expect(createAddressPolicy(base).refuse('sonar.example', address, 80)).toMatchObject({ reason, final: true });
  });

  it('final when the operator said so, and not when the operator may allow it', () => {
    const refuse = (address: string, more: object = {}) =>
      createAddressPolicy({ ...base, ...more }).refuse('other.example', address, 80);
    expect(refuse('8.8.8.8', { deny: ['8.8.8.8'] })).toMatchObject({ final: true });
    expect(refuse('127.0.0.1')).toEqual({ address: '127.0.0.1', reason: 'a loopback address', final: false });
    expect(refuse('10.0.0.1')).toEqual({ address: '10.0.0.1', reason: 'not a public address (private)', final: false });
    expect(refuse('198.18.0.1', { loopbackAllowed: true, configuredHost: 'other.example' })).toMatchObject({
      reason: expect.stringContaining('not a public address'),
    });
  });

  it('an address in the clothes of IPv6 is judged as the one it reaches', () => {
    const address = (text: string) => createAddressPolicy(base).refuse('other.example', text, 80)?.address;
    for (const text of ['::ffff:10.0.0.1', '64:ff9b::a00:1', '::ffff:0:a00:1', '2002:a00:1::1', '::a00:1'])
      expect(address(text)).toBe('10.0.0.1');
    expect(address('2001:0:1:1:1:1:f5ff:fffe')).toBe('10.0.0.1');
    // Only a beginning of nothing but zeros makes one of the old kind.
    expect(address('2606:4700::a00:1')).toBeUndefined();
    expect(reasonFor('::808:808', {}, 'other.example')).toBeUndefined();
  });

  it('the hub’s own ports are kept from any other machine’s address no more than any port', () => {
    expect(reasonFor('8.8.8.8', { ownPorts: [8420] }, 'other.example', 8420)).toBeUndefined();
    expect(reasonFor('::ffff:127.0.0.1', { ownPorts: [8420] }, 'sonar.example', 8420)).toMatch(/own ports/);
    expect(reasonFor('127.9.9.9', { ownPorts: [8420] }, 'sonar.example', 8420)).toMatch(/own ports/);
  });

  it('a network holds the addresses of its own kind, and one address is one', () => {
    expect(reasonFor('8.8.8.9', { deny: ['8.8.8.8'] })).toBeUndefined();
    expect(reasonFor('2606:4700::2', { deny: ['2606:4700::1'] })).toBeUndefined();
    expect(reasonFor('2606:4700::1', { deny: ['2606:4700::1'] })).toMatch(/DENY/);
    expect(reasonFor('8.8.8.8', { deny: ['::/0'] })).toBeUndefined();
    expect(reasonFor('2606:4700::1', { deny: ['0.0.0.0/0'] })).toBeUndefined();
    expect(reasonFor('2606:4700::1', { deny: ['2606::/16'] })).toMatch(/DENY/);
    expect(reasonFor('2607:4700::1', { deny: ['2606::/16'] })).toBeUndefined();
  });
});

describe('a host', () => {
  it.each([
    ['Sonar.Example', 'sonar.example'],
    ['sonar.example.', 'sonar.example'],
    ['sonar.example:9000', 'sonar.example'],
    ['[FD12::1]', 'fd12::1'],
    ['[fd12::1]:9000', 'fd12::1'],
    ['fd12::1', 'fd12::1'],
    ['fd12::1:9000', 'fd12::1:9000'],
    ['x[fd12::1]', 'x[fd12::1]'],
    ['[fd12::1]x', '[fd12::1]x'],
    ['[fd12::1]:x', '[fd12::1]:x'],
    ['sonar.example:x', 'sonar.example:x'],
  ])('%s is %s', (host, bare) => {
    expect(bareHost(host)).toBe(bare);
  });
});

describe('the configured host', () => {
  it.each(['8.8.8.8', '10.0.0.1', '172.16.5.5', '192.168.1.1', '100.64.0.9', 'fd12::1', '2606:4700::1111'])(
    'may be at %s',
    (address) => expect(reasonFor(address)).toBeUndefined(),
  );

  it('may be on loopback only while the hub listens there itself, or when allowed', () => {
    expect(reasonFor('127.0.0.1')).toBeUndefined();
    expect(reasonFor('::1', { loopbackAllowed: false })).toMatch(/loopback/);
    expect(reasonFor('127.0.0.1', { loopbackAllowed: false, allow: ['127.0.0.1'] })).toBeUndefined();
    expect(reasonFor('::ffff:127.0.0.1', { loopbackAllowed: false })).toMatch(/loopback/);
  });

  it('is recognised whatever the case, port or trailing dot', () => {
    expect(reasonFor('10.0.0.1', { configuredHost: 'Sonar.Example:9000' }, 'sonar.example.')).toBeUndefined();
    expect(reasonFor('fd12::1', { configuredHost: '[fd12::1]' }, '[fd12::1]')).toBeUndefined();
  });
});

describe('any other host', () => {
  it.each(['10.0.0.1', '192.168.1.1', '127.0.0.1', '::1', 'fd12::1', '100.64.0.9', '198.18.0.1', '2001:db8::1'])(
    'is not called at %s unless allowed',
    (address) => {
      expect(reasonFor(address, {}, 'other.example')).toBeDefined();
      expect(reasonFor(address, { allow: [address] }, 'other.example')).toBeUndefined();
    },
  );

  it('is called at public addresses', () => {
    expect(reasonFor('8.8.8.8', {}, 'other.example')).toBeUndefined();
    expect(reasonFor('2606:4700::1111', {}, 'other.example')).toBeUndefined();
  });
});
