import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImageReference, parseAttachmentTag, parseImageReference, referrersTag } from './image-reference.ts';

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

describe('a tag that holds what is attached to a digest', () => {
  const hex = 'c'.repeat(64);
  it.each([
    [`sha256-${hex}`, { subject: `sha256:${hex}`, kind: 'referrers' }],
    [`sha256-${hex}.att`, { subject: `sha256:${hex}`, kind: 'att' }],
    [`sha256-${hex}.sig`, { subject: `sha256:${hex}`, kind: 'sig' }],
    [`sha256-${hex}.sbom`, { subject: `sha256:${hex}`, kind: 'sbom' }],
    [`sha256-${hex}.other`, null],
    ['sha256-abc', null],
    ['latest', null],
  ])('%s', (tag, expected) => {
    expect(parseAttachmentTag(tag)).toEqual(expected);
  });
  it('is made from the digest', () => {
    expect(referrersTag(`sha256:${hex}`)).toBe(`sha256-${hex}`);
    expect(referrersTag(`sha512:${'d'.repeat(128)}`)).toBe(`sha512-${'d'.repeat(64)}`);
  });
});
