import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, claimPlaces, type ResolveOptions, resolveClaims, signatureStates, trustClasses } from './claim.ts';

const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const other = '3b6349e918033904a8099a3de9c5230b4ab821b3';
const source = 'https://git.example.com/Team/Checkout.git';
const elsewhere = 'https://git.example.com/team/mono.git';

const open: ResolveOptions = { requireSignature: false, signersKnown: false, inheritWholeImage: true };

function claim(trust: Claim['trust'], more: Partial<Claim> = {}): Claim {
  const place = trust === 'label' ? 'config' : trust === 'annotation' ? 'manifest' : 'index_attestation';
  const nothing = { ref: null, subdir: null, signature: 'none', problem: null, wholeImage: false } as const;
  return { trust, place, source, revision: commit, ...nothing, ...more };
}

const said = (trust: Claim['trust'], revision: string, more: Partial<Claim> = {}): Claim =>
  claim(trust, { revision, ...more });
const failing = (problem: Claim['problem'], more: Partial<Claim> = {}): Claim =>
  claim('builder', { problem, source: null, revision: null, ...more });

describe('which claim decides', () => {
  it.each(trustClasses.slice(1).map((lower, index) => [trustClasses[index] as Claim['trust'], lower] as const))(
    '%s before %s, whose contradiction is told',
    (higher, lower) => {
      const resolution = resolveClaims([said(lower, other), claim(higher)], open);
      expect(resolution).toMatchObject({
        outcome: 'resolved',
        trust: higher,
        commit,
        claim: 1,
        warnings: ['CLAIMS_DIFFER'],
      });
    },
  );

  it('of equal trust the whole commit, with its repository, directory and branch from whoever names them', () => {
    const resolution = resolveClaims(
      [
        claim('builder', { source: null, revision: commit.slice(0, 12) }),
        claim('builder', { source: null }),
        claim('builder', { source: `${source}#main:svc/a` }),
      ],
      open,
    );
    expect(resolution).toEqual({
      outcome: 'resolved',
      trust: 'builder',
      claim: 2,
      repositoryKey: 'git.example.com/team/checkout',
      repositoryUrl: 'https://git.example.com/Team/Checkout',
      commit,
      exact: true,
      dirty: false,
      ref: 'main',
      subdir: 'svc/a',
      inherited: false,
      warnings: [],
    });
  });

  it.each([
    ['two commits', [claim('builder'), said('builder', other)]],
    ['two repositories', [claim('client'), claim('client', { source: elsewhere })]],
    ['one that was signed twice for different commits', [claim('signed'), said('signed', other)]],
  ])('%s of equal trust are a conflict', (_, claims) => {
    expect(resolveClaims(claims, open)).toMatchObject({ outcome: 'PROVENANCE_CONFLICT' });
  });

  it('of one annotation the place nearest to the platform, the others are told of', () => {
    const claims = [
      said('annotation', other, { place: 'index', wholeImage: true }),
      said('annotation', other, { place: 'index_entry' }),
      claim('annotation'),
    ];
    expect(resolveClaims(claims, open)).toMatchObject({ commit, claim: 2, warnings: ['CLAIMS_DIFFER'] });
    expect(resolveClaims(claims.slice(0, 1), open)).toMatchObject({ commit: other, inherited: true, warnings: [] });
  });

  it('a place that names a commit before a nearer one that names a version', () => {
    const claims = [said('annotation', 'v1.2.3'), claim('annotation', { place: 'index', wholeImage: true })];
    expect(resolveClaims(claims, open)).toMatchObject({ outcome: 'resolved', commit, warnings: ['CLAIMS_DIFFER'] });
  });

  it('without the claims about the whole image where they are not wanted', () => {
    const claims = [claim('annotation', { place: 'index', wholeImage: true })];
    expect(resolveClaims(claims, { ...open, inheritWholeImage: false })).toEqual({
      outcome: 'NO_PROVENANCE',
      warnings: [],
    });
  });
});

describe('what a revision is worth', () => {
  it.each([
    [`${commit}-dirty`, { outcome: 'resolved', commit, dirty: true, exact: true }],
    ['890590B', { outcome: 'resolved', commit: '890590b', dirty: false, exact: false }],
    ['v1.2.3', { outcome: 'REVISION_NOT_A_COMMIT' }],
    ['4711', { outcome: 'REVISION_NOT_A_COMMIT' }],
  ])('%s', (revision, expected) => {
    expect(resolveClaims([said('annotation', revision)], open)).toMatchObject(expected);
  });
});

describe('nothing to go by', () => {
  it.each([
    ['no claim', [], 'NO_PROVENANCE'],
    ['an attestation without a commit', [failing('without_vcs')], 'PROVENANCE_WITHOUT_VCS'],
    ['an unreadable attestation', [failing('malformed')], 'PROVENANCE_INVALID'],
    ['an attestation of another image', [failing('subject_mismatch')], 'PROVENANCE_INVALID'],
    ['an attestation that is too large', [failing('too_large')], 'PROVENANCE_INVALID'],
    ['unreadable before without', [failing('without_vcs'), failing('malformed')], 'PROVENANCE_INVALID'],
  ])('%s', (_, claims, outcome) => {
    expect(resolveClaims(claims, open)).toMatchObject({ outcome });
  });

  it('an annotation beside an unreadable attestation is used, and said so', () => {
    expect(resolveClaims([failing('malformed'), claim('annotation')], open)).toMatchObject({
      outcome: 'resolved',
      trust: 'annotation',
      warnings: ['PROVENANCE_INVALID'],
    });
  });
});

describe('attachments that anybody could have added', () => {
  const attached = (revision: string, more: Partial<Claim> = {}): Claim =>
    said('referrer', revision, { place: 'referrer', ...more });

  it('count while they agree, and not at all when they do not', () => {
    expect(resolveClaims([attached(commit), attached(commit)], open)).toMatchObject({ trust: 'referrer', commit });
    const split = [attached(commit), attached(other), failing('without_vcs', { trust: 'referrer', place: 'referrer' })];
    expect(resolveClaims(split, open)).toEqual({ outcome: 'NO_PROVENANCE', warnings: ['AMBIGUOUS_REFERRERS'] });
    expect(resolveClaims([...split, claim('label')], open)).toMatchObject({ trust: 'label', commit });
  });

  const foreign = claim('builder', { revision: other, place: 'referrer', signature: 'invalid' });

  it('are a conflict where nobody said which keys are right', () => {
    expect(resolveClaims([claim('builder'), { ...foreign, signature: 'unverified' }], open)).toMatchObject({
      outcome: 'PROVENANCE_CONFLICT',
      warnings: ['SIGNATURE_NOT_VERIFIED'],
    });
  });

  it('are left out where keys are known, and believed as unsigned ones while nothing contradicts', () => {
    const known = { ...open, signersKnown: true };
    expect(resolveClaims([claim('builder'), foreign], known)).toMatchObject({
      outcome: 'resolved',
      commit,
      warnings: ['SIGNATURE_NOT_VERIFIED', 'UNVERIFIED_REFERRER_IGNORED', 'CLAIMS_DIFFER'],
    });
    expect(resolveClaims([foreign], known)).toMatchObject({ outcome: 'resolved', trust: 'builder', commit: other });
  });
});

describe('required signatures', () => {
  const strict = { ...open, requireSignature: true, signersKnown: true };
  it.each([
    ['no claim at all', [], 'NO_PROVENANCE'],
    ['claims without a signature', [claim('builder'), claim('annotation')], 'PROVENANCE_UNTRUSTED'],
    ['a signature that is wrong', [claim('builder', { signature: 'invalid' })], 'PROVENANCE_UNTRUSTED'],
    ['an unreadable statement', [failing('malformed')], 'PROVENANCE_INVALID'],
    ['a verified one', [claim('signed', { signature: 'verified' }), said('builder', other)], 'resolved'],
  ])('%s', (_, claims, outcome) => {
    expect(resolveClaims(claims, strict)).toMatchObject({ outcome });
  });
});

describe('properties', () => {
  const anyClaim = fc.record({
    trust: fc.constantFrom(...trustClasses),
    place: fc.constantFrom(...claimPlaces),
    wholeImage: fc.boolean(),
    source: fc.constantFrom(null, source, elsewhere, 'local'),
    revision: fc.constantFrom(null, commit, other, commit.slice(0, 8), `${commit}-dirty`, 'v1'),
    ref: fc.constantFrom(null, 'main'),
    subdir: fc.constant(null),
    signature: fc.constantFrom(...signatureStates),
    problem: fc.constantFrom(null, null, 'malformed' as const, 'without_vcs' as const),
  });
  const anyOptions = fc.record({
    requireSignature: fc.boolean(),
    signersKnown: fc.boolean(),
    inheritWholeImage: fc.boolean(),
  });

  it('the commit is one that a readable claim names, and with required signatures a signed one', () => {
    fc.assert(
      fc.property(fc.array(anyClaim, { maxLength: 6 }), anyOptions, (claims, options) => {
        const resolution = resolveClaims(claims, options);
        if (resolution.outcome !== 'resolved') return;
        const decided = claims[resolution.claim];
        expect(decided?.problem).toBeNull();
        expect(decided?.revision?.toLowerCase()).toContain(resolution.commit);
        if (options.requireSignature) expect(decided?.trust).toBe('signed');
        if (!options.inheritWholeImage) expect(decided?.wholeImage).toBe(false);
      }),
    );
  });

  it('a claim of less trust never changes the commit', () => {
    fc.assert(
      fc.property(fc.array(anyClaim, { maxLength: 5 }), fc.constantFrom(commit, other), (claims, revision) => {
        const before = resolveClaims(claims, open);
        fc.pre(before.outcome === 'resolved' && before.trust !== 'label');
        const after = resolveClaims([...claims, said('label', revision, { source: elsewhere })], open);
        expect(after).toMatchObject({
          outcome: 'resolved',
          commit: before.outcome === 'resolved' ? before.commit : '',
        });
      }),
    );
  });
});
