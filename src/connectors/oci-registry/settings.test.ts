import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secrets, Settings, splitPublicKeys } from './settings.ts';

const pem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

describe('the address', () => {
  it.each([
    ['https://registry.example.com/', 'https://registry.example.com'],
    ['registry.example.com:5000', 'https://registry.example.com:5000'],
    ['http://127.0.0.1:5100/v2/', 'http://127.0.0.1:5100'],
    ['docker.io', 'https://registry-1.docker.io'],
    ['https://hub.docker.com', 'https://registry-1.docker.io'],
  ])('%s', (text, url) => {
    expect(Settings.parse({ url: text }).url).toBe(url);
  });
  it.each([
    '',
    'ftp://registry.example.com',
    'https://user:pw@registry.example.com',
    'https://registry.example.com/team/checkout',
  ])('%s is refused', (url) => {
    const parsed = Settings.safeParse({ url });
    expect(parsed.error?.issues[0]?.message).toMatch(/^Enter the registry’s address/);
    expect(parsed.error?.issues[0]?.message).not.toContain('pw');
  });
});

describe('what is watched and trusted', () => {
  const url = 'https://registry.example.com';
  it('takes lists as texts or lists', () => {
    expect(
      Settings.parse({ url, repositories: 'team/*, shop/checkout\nshop/checkout', requireSignature: 'true' }),
    ).toMatchObject({
      repositories: ['team/*', 'shop/checkout'],
      tags: [],
      requireSignature: true,
    });
  });
  it.each([
    { repositories: 'team/$(x)' },
    { publicKeys: 'no key' },
    { publicKeys: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
    { trustedRoot: '{}' },
    { identities: 'octocat' },
    { tokenService: 'https://auth.example.com/token' },
  ])('%j is refused', (more) => {
    expect(Settings.safeParse({ url, ...more }).success).toBe(false);
  });
  it('takes several keys, and never a private one', () => {
    const [one, two] = [pem(), pem()];
    expect(splitPublicKeys(`${one}\n${two}`)).toEqual([one, two]);
    expect(splitPublicKeys('')).toEqual([]);
    const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const refused = Settings.safeParse({ url, publicKeys: secret });
    expect(refused.error?.issues[0]?.message).toContain('a private key does not belong here');
    expect(JSON.stringify(refused.error)).not.toContain(secret.split('\n')[1]);
  });
  it('a user name without a colon, and nothing at all', () => {
    expect(Secrets.parse({})).toEqual({ username: '', password: '', token: '' });
    expect(Secrets.parse({ username: 'robot$plumbline' }).username).toBe('robot$plumbline');
    expect(Secrets.safeParse({ username: 'a:b' }).success).toBe(false);
  });
});
