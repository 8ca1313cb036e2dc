import { describe, expect, it } from 'vitest';
import { annotationClaim } from './annotations.ts';

const revision = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const oci = {
  'org.opencontainers.image.revision': revision,
  'org.opencontainers.image.source': 'https://git.example.com/team/checkout.git#v1:svc/a',
};

describe('the claim of annotations', () => {
  it('is what they say of revision and source, and nothing signed', () => {
    expect(annotationClaim(oci, 'manifest', 'linux/amd64')).toEqual([
      {
        platform: 'linux/amd64',
        trust: 'annotation',
        place: 'manifest',
        source: 'https://git.example.com/team/checkout',
        revision,
        ref: 'v1',
        subdir: 'svc/a',
        predicateType: null,
        buildType: null,
        builderId: null,
        builtAt: null,
        signature: 'none',
        signer: null,
        manifestDigest: null,
        statementDigest: null,
        problem: null,
        detail: null,
      },
    ]);
  });

  it.each([
    ['manifest', 'annotation'],
    ['index', 'annotation'],
    ['index_entry', 'annotation'],
    ['config', 'label'],
  ] as const)('of the %s is trusted as %s', (place, trust) => {
    expect(annotationClaim(oci, place, null)).toMatchObject([{ place, trust, platform: null }]);
  });

  it('may be written as before the specification, which counts only where the other says nothing', () => {
    const old = {
      'org.label-schema.vcs-ref': 'f'.repeat(40),
      'org.label-schema.vcs-url': 'https://git.example.com/old/name',
    };
    expect(annotationClaim(old, 'config', null)).toMatchObject([
      { revision: 'f'.repeat(40), source: 'https://git.example.com/old/name' },
    ]);
    expect(annotationClaim({ ...old, ...oci }, 'config', null)).toMatchObject([
      { revision, source: 'https://git.example.com/team/checkout' },
    ]);
    const empty = { 'org.opencontainers.image.revision': '', 'org.opencontainers.image.source': '' };
    expect(annotationClaim({ ...old, ...empty }, 'config', null)).toMatchObject([
      { revision: 'f'.repeat(40), source: 'https://git.example.com/old/name' },
    ]);
  });

  it('keeps a source that is no address of a repository as it is written, and one without a source has none', () => {
    const source = { ...oci, 'org.opencontainers.image.source': 'our git' };
    expect(annotationClaim(source, 'config', null)).toMatchObject([{ source: 'our git', ref: null, subdir: null }]);
    const alone = { 'org.opencontainers.image.revision': ` ${revision}\n` };
    expect(annotationClaim(alone, 'config', null)).toMatchObject([{ revision, source: null, ref: null, subdir: null }]);
  });

  it.each([
    {},
    { 'org.opencontainers.image.revision': '' },
    { 'org.opencontainers.image.revision': '  ' },
    { 'org.opencontainers.image.source': 'https://git.example.com/team/checkout' },
  ])('is none of %j', (values) => {
    expect(annotationClaim(values, 'config', null)).toEqual([]);
  });
});
