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
  it('takes names of 255 characters, and each of a list counts', () => {
    const name = 'a'.repeat(255);
    expect(Settings.parse({ url, tags: [name] }).tags).toEqual([name]);
    for (const tags of [[`${name}a`], ['latest', `${name}a`], ['latest', 'la test'], ['$(x)v1']]) {
      expect(Settings.safeParse({ url, tags }).error?.issues[0]).toMatchObject({
        path: ['tags'],
        message: 'Names or patterns with * (within one part of the path), ** (anything) and ?.',
      });
    }
  });
  it('takes a trusted root of Sigstore by its media type, or none', () => {
    const root = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' });
    for (const trustedRoot of ['', ' \n', root]) {
      expect(Settings.parse({ url, trustedRoot }).trustedRoot).toBe(trustedRoot);
    }
    for (const trustedRoot of ['{', '[]', '{"mediaType": 7}', '{"mediaType": ["trustedroot"]}', '{"mediaType": "x"}']) {
      const refused = Settings.safeParse({ url, trustedRoot });
      expect(refused.error?.issues[0]?.message).toBe('Enter the content of a trusted_root.json.');
    }
  });
  it('takes nothing but PEM blocks for keys', () => {
    expect(Settings.safeParse({ url, publicKeys: `${pem()} and more` }).error?.issues[0]?.message).toBe(
      'Enter PEM public keys (text outside of a PEM block).',
    );
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
