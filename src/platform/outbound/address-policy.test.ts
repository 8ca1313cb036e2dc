import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';

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
