import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatImageReference,
  isDigest,
  isRepositoryName,
  isTag,
  parseAttachmentTag,
  parseImageReference,
  referrersTag,
  registryHost,
} from './image-reference.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('a reference', () => {
  it.each([
    ['checkout', 'docker.io', 'library/checkout', 'latest', null],
    ['team/checkout:1.2', 'docker.io', 'team/checkout', '1.2', null],
    ['docker.io/checkout', 'docker.io', 'library/checkout', 'latest', null],
    ['index.docker.io/team/checkout', 'docker.io', 'team/checkout', 'latest', null],
    ['registry.example.com/checkout', 'registry.example.com', 'checkout', 'latest', null],
    ['registry.example.com:5000/team/checkout:main', 'registry.example.com:5000', 'team/checkout', 'main', null],
    ['localhost/checkout', 'localhost', 'checkout', 'latest', null],
    ['Registry.Example.com/a/b/c@' + digest, 'registry.example.com', 'a/b/c', null, digest],
    [`127.0.0.1:5000/a/b:1@${digest}`, '127.0.0.1:5000', 'a/b', '1', digest],
    ['[::1]:5000/a/b', '[::1]:5000', 'a/b', 'latest', null],
    ['docker://registry.example.com/a/b', 'registry.example.com', 'a/b', 'latest', null],
    ['HTTPS://registry.example.com/a/b', 'registry.example.com', 'a/b', 'latest', null],
    ['http://registry.example.com/a/b', 'registry.example.com', 'a/b', 'latest', null],
    ['  team/checkout:1.2\n', 'docker.io', 'team/checkout', '1.2', null],
    ['docker.io/team/checkout', 'docker.io', 'team/checkout', 'latest', null],
    ['checkout:1', 'docker.io', 'library/checkout', '1', null],
    ['LOCALHOST/checkout', 'localhost', 'checkout', 'latest', null],
    ['registry.example.com.:5000/checkout', 'registry.example.com:5000', 'checkout', 'latest', null],
    [`team/checkout@${digest.toUpperCase().replace('SHA', 'sha')}`, 'docker.io', 'team/checkout', null, digest],
  ])('%s', (text, registry, repository, tag, wanted) => {
    expect(parseImageReference(text)).toEqual({ registry, repository, tag, digest: wanted });
  });

  it.each([
    '',
    'UPPER/case',
    'a//b',
    'a/b:',
    'a/b:.dot',
    'a/b@sha256:short',
    'a/b@md5:00',
    '-a/b',
    'a/b c',
    `a/b:${'x'.repeat(129)}`,
    `a/${'b'.repeat(300)}`,
    'registry.example.com:port/a/b',
    'registry.example.com/a/UPPER',
    'a/docker://registry.example.com/b',
    'a/b@',
    `@${digest}`,
  ])('%j is none', (text) => {
    expect(parseImageReference(text)).toBeNull();
  });

  it('survives being written out', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(part, part, fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/), (first, second, tag) => {
        const reference = { registry: 'r.example.com:5000', repository: `${first}/${second}`, tag, digest: null };
        expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
      }),
    );
  });
});

describe('the parts of a reference', () => {
  it('a repository is words of small letters and digits with one kind of mark between them, 255 characters at most', () => {
    for (const name of ['a', 'a.b', 'a_b', 'a__b', 'a-b', 'a---b', '0/a.b/c', 'a'.repeat(255)])
      expect(isRepositoryName(name), name).toBe(true);
    for (const name of [
      '',
      'a..b',
      'a___b',
      'a.-b',
      '-a',
      'a-',
      '/a',
      'a/',
      'a//b',
      'A',
      'a b',
      'a/-b',
      'a/b_',
      'a'.repeat(256),
    ])
      expect(isRepositoryName(name), name).toBe(false);
  });

  it('a tag begins with a letter, a digit or an underscore and has 128 characters at most', () => {
    for (const tag of ['a', '1', '_', 'v1.2-rc_3', 'A'.repeat(128)]) expect(isTag(tag), tag).toBe(true);
    for (const tag of ['', '.a', '-a', 'a b', 'a/b', ' a', 'A'.repeat(129)]) expect(isTag(tag), tag).toBe(false);
  });

  it('a digest is the whole hash in small letters of an algorithm that is known', () => {
    const [short, long] = ['0123456789abcdef'.repeat(4), '0123456789abcdef'.repeat(8)];
    for (const text of [`sha256:${short}`, `sha512:${long}`]) expect(isDigest(text), text).toBe(true);
    for (const text of [
      `sha256:${short}0`,
      `sha256:${short.slice(1)}`,
      `sha512:${short}`,
      `sha256:${long}`,
      `sha512:${long}0`,
      `sha384:${short}`,
      `sha256:${short.toUpperCase()}`,
      ` sha256:${short}`,
      `sha512:${long}\n`,
    ])
      expect(isDigest(text), text).toBe(false);
  });

  it.each([
    ['R.Example.com', 'r.example.com'],
    ['r.example.com.', 'r.example.com'],
    ['r.example.com.:5000', 'r.example.com:5000'],
    ['[2001:DB8::1]:5000', '[2001:db8::1]:5000'],
    ['[::1]', '[::1]'],
    ['registry-1.docker.io', 'docker.io'],
    ['registry.hub.docker.com', 'docker.io'],
    ['index.docker.io.', 'docker.io'],
    ['r.example.com:65535', 'r.example.com:65535'],
    ['r.example.com:655350', null],
    ['r.example.com:', null],
    ['r.example.com:port', null],
    ['r.example.com/x', null],
    ['user@r.example.com', null],
    ['[::1]x', null],
    ['x[::1]', null],
    ['', null],
  ])('of a host %j is %j', (authority, host) => {
    expect(registryHost(authority)).toBe(host);
  });

  it.each([
    ['1', null, 'r.example.com/a/b:1'],
    [null, digest, `r.example.com/a/b@${digest}`],
    ['1', digest, `r.example.com/a/b:1@${digest}`],
    [null, null, 'r.example.com/a/b'],
  ])('are written with tag %j and digest %j', (tag, hash, text) => {
    expect(formatImageReference({ registry: 'r.example.com', repository: 'a/b', tag, digest: hash })).toBe(text);
  });
});

describe('a tag that holds what is attached to a digest', () => {
  const hex = 'c'.repeat(64);
  it.each([
    [`sha256-${hex}`, { subject: `sha256:${hex}`, kind: 'referrers' }],
    [`sha256-${hex}.att`, { subject: `sha256:${hex}`, kind: 'att' }],
    [`sha256-${hex}.sig`, { subject: `sha256:${hex}`, kind: 'sig' }],
    [`sha256-${hex}.sbom`, { subject: `sha256:${hex}`, kind: 'sbom' }],
    [`sha256-${hex}.other`, null],
    [`sha512-${hex}`, { subject: `sha512:${hex}`, kind: 'referrers' }],
    [`sha512-${hex}${hex}.att`, { subject: `sha512:${hex}${hex}`, kind: 'att' }],
    [`sha512-${hex}${hex}c`, null],
    [`sha512-${hex.slice(1)}`, null],
    [`sha256-${hex}c`, null],
    [`v-sha256-${hex}`, null],
    [`sha256-${hex}.att.att`, null],
    ['sha256-abc', null],
    ['latest', null],
  ])('%s', (tag, expected) => {
    expect(parseAttachmentTag(tag)).toEqual(expected);
  });
  it('is made from the digest', () => {
    expect(referrersTag(`sha256:${hex}`)).toBe(`sha256-${hex}`);
    expect(referrersTag(`sha512:${'d'.repeat(128)}`)).toBe(`sha512-${'d'.repeat(64)}`);
    expect(referrersTag(`${'x'.repeat(40)}+y:e/f`)).toBe(`${'x'.repeat(32)}-e-f`);
    expect(referrersTag('blake3+v1.0_b:A=b=')).toBe('blake3-v1.0_b-A-b-');
  });
});
