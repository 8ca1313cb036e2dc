import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, claimPlaces, type ResolveOptions, resolveClaims, signatureStates, trustClasses } from './claim.ts';

const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const other = '3b6349e918033904a8099a3de9c5230b4ab821b3';
const source = 'https://git.example.com/Team/Checkout.git';
const elsewhere = 'https://git.example.com/team/mono.git';

const open: ResolveOptions = { requireSignature: false, inheritWholeImage: true };
const strict: ResolveOptions = { ...open, requireSignature: true };

const places = {
  signed: 'referrer',
  builder: 'index_attestation',
  client: 'index_attestation',
  annotation: 'manifest',
  referrer: 'referrer',
  label: 'config',
} as const;

function claim(trust: Claim['trust'], more: Partial<Claim> = {}): Claim {
  const place = places[trust];
  const signature = trust === 'signed' ? 'verified' : 'none';
  const nothing = { ref: null, subdir: null, problem: null, wholeImage: false, statementDigest: null } as const;
  return { trust, place, source, revision: commit, signature, ...nothing, ...more };
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
        warnings: lower === 'referrer' ? ['UNVERIFIED_REFERRER_IGNORED', 'CLAIMS_DIFFER'] : ['CLAIMS_DIFFER'],
      });
    },
  );

  it('nothing is told of a less trusted one that says the same', () => {
    for (const lower of trustClasses.slice(1))
      expect(resolveClaims([claim(lower), claim('signed')], open)).toMatchObject({ trust: 'signed', warnings: [] });
  });

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
      narrowedTo: null,
      warnings: [],
    });
  });

  it('knows more of a commit from its equals only: not from another commit’s claim, nor from another repository’s', () => {
    const branch = claim('annotation', { source: null });
    const index = { place: 'index', ref: 'main', subdir: 'svc/a' } as const;
    expect(resolveClaims([branch, claim('annotation', index)], open)).toMatchObject({
      repositoryKey: 'git.example.com/team/checkout',
      ref: 'main',
      subdir: 'svc/a',
    });
    const unknown = { repositoryKey: null, repositoryUrl: null, ref: null, subdir: null };
    expect(resolveClaims([branch, said('annotation', other, index)], open)).toMatchObject(unknown);
    const elsewhereToo = [claim('annotation'), claim('annotation', { ...index, source: elsewhere })];
    expect(resolveClaims(elsewhereToo, open)).toMatchObject({ ref: null, subdir: null });
    expect(resolveClaims([branch, claim('label', { ref: 'main', subdir: 'svc/a' })], open)).toMatchObject(unknown);
  });

  it('of claims about the image and about the platform that of the platform', () => {
    const claims = [claim('signed', { wholeImage: true }), claim('signed')];
    expect(resolveClaims(claims, open)).toMatchObject({ claim: 1, inherited: false });
    expect(resolveClaims(claims.slice(0, 1), open)).toMatchObject({ claim: 0, inherited: true });
    const named = [claim('signed', { source: null }), claim('signed', { wholeImage: true })];
    expect(resolveClaims(named, open)).toMatchObject({ claim: 1, inherited: true });
    const short = [said('signed', commit.slice(0, 9)), claim('signed', { source: null, wholeImage: true })];
    expect(resolveClaims(short, open)).toMatchObject({ claim: 1, commit, exact: true });
  });

  it('an equal that names a version is passed over, and alone it is no commit', () => {
    expect(resolveClaims([said('client', 'v1'), claim('client')], open)).toMatchObject({
      commit,
      claim: 1,
      warnings: ['CLAIMS_DIFFER'],
    });
    expect(resolveClaims([said('client', 'v1'), claim('label')], open)).toEqual({
      outcome: 'REVISION_NOT_A_COMMIT',
      warnings: ['CLAIMS_DIFFER'],
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

describe('claims of one class', () => {
  it('of which one says that the tree was not clean mean that it was not', () => {
    const both = [claim('builder'), said('builder', `${commit}-dirty`)];
    for (const claims of [both, both.toReversed()])
      expect(resolveClaims(claims, open)).toMatchObject({ outcome: 'resolved', commit, dirty: true });
  });

  it('lend a repository to the same commit only, not to one that begins alike', () => {
    const alone = said('client', commit, { source: null });
    expect(resolveClaims([alone, said('client', commit)], open)).toMatchObject({ repositoryKey: expect.any(String) });
    expect(resolveClaims([alone, said('client', commit.slice(0, 10))], open)).toMatchObject({
      outcome: 'resolved',
      commit,
      repositoryKey: null,
    });
  });

  it('that are labels at odds: the first one counts, the other is told', () => {
    expect(resolveClaims([said('label', commit), said('label', other)], open)).toMatchObject({
      outcome: 'resolved',
      commit,
      warnings: ['CLAIMS_DIFFER'],
    });
  });

  it('that are attachments say the same in capitals', () => {
    expect(resolveClaims([claim('referrer'), said('referrer', commit.toUpperCase())], open)).toMatchObject({
      outcome: 'resolved',
      commit,
      warnings: [],
    });
  });

  it('that name the same version are not at odds', () => {
    const version = said('builder', 'v1.2.3');
    expect(resolveClaims([version, version, said('annotation', 'v1.2.3')], open)).toEqual({
      outcome: 'REVISION_NOT_A_COMMIT',
      warnings: [],
    });
  });

  it('a version is at odds with a commit that a lower class names', () => {
    expect(resolveClaims([said('builder', 'v1.2.3'), claim('annotation')], open)).toMatchObject({
      outcome: 'REVISION_NOT_A_COMMIT',
      warnings: ['CLAIMS_DIFFER'],
    });
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

  it('a claim that names no revision says nothing, and leaves the word to the next', () => {
    const silent = claim('builder', { revision: null });
    expect(resolveClaims([silent], open)).toEqual({ outcome: 'NO_PROVENANCE', warnings: [] });
    expect(resolveClaims([silent, claim('annotation')], open)).toMatchObject({
      outcome: 'resolved',
      trust: 'annotation',
      warnings: [],
    });
  });

  it('what the image’s own attestation says and nobody read, no other claim says in its place', () => {
    for (const trust of trustClasses)
      for (const options of [open, strict])
        expect(resolveClaims([claim(trust), failing('too_large')], options)).toMatchObject({
          outcome: 'PROVENANCE_INVALID',
        });
    const attached = failing('too_large', { trust: 'referrer', place: 'referrer' });
    expect(resolveClaims([claim('annotation'), attached], open)).toMatchObject({
      outcome: 'resolved',
      warnings: ['PROVENANCE_INVALID'],
    });
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
  const attached = (revision: string, more: Partial<Claim> = {}): Claim => said('referrer', revision, more);
  const unverified = ['none', 'unverified', 'invalid'] as const;

  it('count where nothing else speaks, while all say the same', () => {
    expect(resolveClaims([attached(commit), attached(commit, { ref: 'main' })], open)).toMatchObject({
      trust: 'referrer',
      commit,
      ref: 'main',
      warnings: [],
    });
    expect(resolveClaims([attached(commit), claim('label')], open)).toMatchObject({ trust: 'referrer', warnings: [] });
  });

  it.each([
    ['another commit', { revision: other }],
    ['another repository', { source: elsewhere }],
    ['a repository where none was named', { source: null }],
    ['a directory', { subdir: 'svc/a' }],
    ['a beginning', { revision: commit.slice(0, 9) }],
    ['a work tree with changes', { revision: `${commit}-dirty` }],
    ['a version', { revision: 'v1' }],
  ])('count for nothing once one names %s, and a label does not take their place', (_, more) => {
    const split = [attached(commit), attached(commit, more)];
    expect(resolveClaims(split, open)).toEqual({ outcome: 'NO_PROVENANCE', warnings: ['AMBIGUOUS_REFERRERS'] });
    expect(resolveClaims([...split, claim('label')], open)).toEqual({
      outcome: 'PROVENANCE_CONFLICT',
      warnings: ['AMBIGUOUS_REFERRERS'],
    });
    expect(resolveClaims([...split, claim('annotation')], open)).toMatchObject({ trust: 'annotation', commit });
  });

  it('leave behind what the image itself says, and nothing of theirs', () => {
    const split = [attached(commit), attached(other)];
    const bare = failing('without_vcs', { trust: 'referrer', place: 'referrer' });
    expect(resolveClaims([...split, bare], open)).toMatchObject({ outcome: 'NO_PROVENANCE' });
    const own = failing('without_vcs', { place: 'manifest' });
    expect(resolveClaims([...split, own], open)).toMatchObject({ outcome: 'PROVENANCE_WITHOUT_VCS' });
  });

  it.each(unverified)('are no more than that with signature %s, whatever their class says', (signature) => {
    for (const trust of ['signed', 'builder', 'client', 'annotation', 'referrer'] as const) {
      const added = attached(other, { trust, signature });
      expect(resolveClaims([added], open)).toMatchObject({ outcome: 'resolved', trust: 'referrer', commit: other });
      expect(resolveClaims([added, claim('annotation')], open)).toMatchObject({ trust: 'annotation', commit });
    }
    const label = attached(other, { trust: 'label', signature });
    expect(resolveClaims([label, attached(commit)], open)).toMatchObject({ trust: 'referrer', commit });
  });

  it.each(unverified)('a signature %s inside the image’s own index raises nothing either', (signature) => {
    const listed = said('signed', other, { place: 'index_attestation', signature });
    expect(resolveClaims([listed, claim('annotation')], open)).toMatchObject({ trust: 'annotation', commit });
    const built = said('builder', commit, { signature });
    expect(resolveClaims([built, said('client', other)], open)).toMatchObject({ trust: 'builder', commit });
  });

  it('with a verified signature keep their class', () => {
    const signature = 'verified';
    expect(
      resolveClaims([attached(commit, { trust: 'signed', signature }), said('builder', other)], open),
    ).toMatchObject({ trust: 'signed', commit });
    expect(resolveClaims([attached(commit, { trust: 'client', signature })], open)).toMatchObject({ trust: 'client' });
  });

  it('do not speak beside an attestation of the image’s own, not even where that names no commit', () => {
    for (const [problem, outcome] of [
      ['without_vcs', 'PROVENANCE_WITHOUT_VCS'],
      ['malformed', 'PROVENANCE_INVALID'],
    ] as const) {
      expect(resolveClaims([failing(problem), attached(commit)], open)).toEqual({
        outcome,
        warnings: ['UNVERIFIED_REFERRER_IGNORED'],
      });
      expect(resolveClaims([failing(problem), attached(other), claim('annotation')], open)).toMatchObject({
        trust: 'annotation',
        commit,
      });
    }
    const broken = failing('malformed', { trust: 'referrer', place: 'referrer' });
    expect(resolveClaims([failing('without_vcs'), broken], open)).toEqual({
      outcome: 'PROVENANCE_WITHOUT_VCS',
      warnings: [],
    });
    expect(resolveClaims([broken], open)).toMatchObject({ outcome: 'PROVENANCE_INVALID' });
  });

  it('are told of where they were signed by nobody we know', () => {
    const added = attached(other, { trust: 'builder', signature: 'invalid' });
    expect(resolveClaims([claim('builder'), added], open)).toMatchObject({
      outcome: 'resolved',
      commit,
      warnings: ['SIGNATURE_NOT_VERIFIED', 'UNVERIFIED_REFERRER_IGNORED', 'CLAIMS_DIFFER'],
    });
    const alike = attached(commit, { signature: 'unverified' });
    expect(resolveClaims([claim('builder'), alike], open)).toMatchObject({ warnings: ['SIGNATURE_NOT_VERIFIED'] });
  });
});

describe('required signatures', () => {
  const version = said('annotation', 'v1.2.3');
  it.each([
    ['no claim at all', [], 'NO_PROVENANCE'],
    ['an attestation that names no commit', [failing('without_vcs')], 'PROVENANCE_WITHOUT_VCS'],
    ['an unreadable statement', [failing('malformed')], 'PROVENANCE_INVALID'],
    ['a version', [version], 'REVISION_NOT_A_COMMIT'],
    ['claims without a signature', [claim('builder'), version], 'PROVENANCE_UNTRUSTED'],
    ['a beginning without a signature', [said('label', commit.slice(0, 8))], 'PROVENANCE_UNTRUSTED'],
    ['a signature that is wrong', [claim('signed', { signature: 'invalid' })], 'PROVENANCE_UNTRUSTED'],
    ['a signature nobody could check', [claim('signed', { signature: 'unverified' })], 'PROVENANCE_UNTRUSTED'],
    ['a hint beside a signed statement', [claim('client', { signature: 'verified' })], 'PROVENANCE_UNTRUSTED'],
    ['a verified one', [claim('signed'), said('builder', other)], 'resolved'],
    ['a verified version', [said('signed', 'v1'), claim('builder')], 'REVISION_NOT_A_COMMIT'],
  ])('%s', (_, claims, outcome) => {
    expect(resolveClaims(claims, strict)).toMatchObject({ outcome });
  });

  it('say nothing of attachments that would not count anyway', () => {
    expect(resolveClaims([claim('builder'), said('referrer', other)], strict).warnings).toEqual([]);
  });
});

describe('what a hint may narrow', () => {
  const statementDigest = `sha256:${'a'.repeat(64)}`;
  const tagged = said('builder', other, { ref: 'refs/tags/v1.0.0', statementDigest });
  const hint = claim('client', { statementDigest });
  const narrowedTo = (claims: readonly Claim[], options = open): unknown => {
    const resolution = resolveClaims(claims, options);
    return resolution.outcome === 'resolved' ? resolution.narrowedTo : resolution.outcome;
  };

  it('the object of a tag, by the hint of the same statement; the commit that is claimed stays', () => {
    expect(narrowedTo([tagged, hint])).toBe(commit);
    expect(resolveClaims([hint, tagged], open)).toMatchObject({ commit: other, claim: 1, trust: 'builder' });
  });

  it('the beginning of a commit, by one that begins so', () => {
    const short = said('builder', commit.slice(0, 9), { statementDigest });
    expect(narrowedTo([short, hint])).toBe(commit);
    expect(narrowedTo([short, { ...hint, revision: other }])).toBe(null);
    expect(narrowedTo([short])).toBe(null);
  });

  it.each([
    ['a full commit on a branch', [{ ...tagged, ref: 'refs/heads/v1.0.0' }, hint]],
    ['a full commit at a name that may be a branch’s', [{ ...tagged, ref: 'v1.0.0' }, hint]],
    ['a full commit without a name', [{ ...tagged, ref: null }, hint]],
    ['by another statement', [tagged, { ...hint, statementDigest: `sha256:${'b'.repeat(64)}` }]],
    ['by a hint without a statement', [tagged, { ...hint, statementDigest: null }]],
    ['where nobody knows of which statement', [tagged, hint].map((one) => ({ ...one, statementDigest: null }))],
    ['in another repository', [tagged, { ...hint, source: elsewhere }]],
    ['in a repository the hint does not name', [tagged, { ...hint, source: null }]],
    ['in a repository the claim does not name', [{ ...tagged, source: null }, hint]],
    ['in none', [tagged, hint].map((one) => ({ ...one, source: null }))],
    ['by a beginning', [tagged, { ...hint, revision: commit.slice(0, 9) }]],
    ['by a version', [tagged, { ...hint, revision: 'v1' }]],
    ['by a work tree with changes', [tagged, { ...hint, revision: `${commit}-dirty` }]],
    ['by itself', [tagged, { ...hint, revision: other }]],
    ['by two that differ', [tagged, hint, { ...hint, revision: '1'.repeat(40) }]],
    ['by what is no hint', [tagged, { ...hint, trust: 'annotation' as const }]],
    ['by an attachment', [tagged, { ...hint, place: 'referrer' as const }]],
    ['by a statement that cannot be read', [tagged, { ...hint, problem: 'malformed' as const }]],
  ])('nothing: %s', (_, claims) => {
    expect(narrowedTo(claims)).toBe(null);
  });

  it('nothing where a signature is required', () => {
    const signed = claim('signed', { revision: other, ref: 'refs/tags/v1.0.0', statementDigest });
    expect(narrowedTo([signed, { ...hint, signature: 'verified' }])).toBe(commit);
    expect(narrowedTo([signed, { ...hint, signature: 'verified' }], strict)).toBe(null);
  });
});

describe('properties', () => {
  const statements = [null, 'sha256:a', 'sha256:b'] as const;
  const anyClaim = fc.record({
    trust: fc.constantFrom(...trustClasses),
    place: fc.constantFrom(...claimPlaces),
    wholeImage: fc.boolean(),
    source: fc.constantFrom(null, source, elsewhere, 'local'),
    revision: fc.constantFrom(null, commit, other, commit.slice(0, 8), `${commit}-dirty`, 'v1'),
    ref: fc.constantFrom(null, 'main', 'refs/tags/v1'),
    subdir: fc.constantFrom(null, 'svc/a'),
    signature: fc.constantFrom(...signatureStates),
    problem: fc.constantFrom(null, null, 'malformed' as const, 'without_vcs' as const),
    statementDigest: fc.constantFrom(...statements),
  });
  const anyOptions = fc.record({ requireSignature: fc.boolean(), inheritWholeImage: fc.boolean() });
  const rank = (trust: Claim['trust']): number => trustClasses.indexOf(trust);

  it('the commit is one that a readable claim names, and with required signatures a signed one', () => {
    fc.assert(
      fc.property(fc.array(anyClaim, { maxLength: 6 }), anyOptions, (claims, options) => {
        const resolution = resolveClaims(claims, options);
        if (resolution.outcome !== 'resolved') return;
        const decided = claims[resolution.claim];
        expect(decided?.problem).toBeNull();
        expect(decided?.revision?.toLowerCase()).toContain(resolution.commit);
        if (options.requireSignature) expect([decided?.trust, decided?.signature]).toEqual(['signed', 'verified']);
        if (!options.inheritWholeImage) expect(decided?.wholeImage).toBe(false);
        if (resolution.narrowedTo !== null && resolution.exact) expect(decided?.ref).toBe('refs/tags/v1');
      }),
      { numRuns: 2_000 },
    );
  });

  /** Claims as registries hold them: each class where it can be found. */
  const realClaim = anyClaim.chain((one) =>
    fc
      .record({
        place: fc.constantFrom(...placesOf[one.trust]),
        signature: fc.constantFrom(
          ...(one.trust === 'signed' ? (['verified'] as const) : (['none', 'invalid'] as const)),
        ),
      })
      .map((more): Claim => ({ ...one, ...more })),
  );
  const placesOf = {
    signed: ['index_attestation', 'referrer'],
    builder: ['index_attestation', 'referrer'],
    client: ['index_attestation', 'referrer'],
    annotation: ['manifest', 'index_entry', 'index'],
    referrer: ['referrer'],
    label: ['config'],
  } as const;
  const worth = ({ trust, place, signature }: Claim): Claim['trust'] =>
    place === 'referrer' && signature !== 'verified' ? 'referrer' : trust;
  const words = (resolution: ReturnType<typeof resolveClaims>): string =>
    JSON.stringify({ ...resolution, warnings: [] });

  it('whatever is added of less trust than what speaks resolves nothing, and changes nothing of what is resolved', () => {
    let resolved = 0;
    let unresolved = 0;
    fc.assert(
      fc.property(
        fc.array(realClaim, { minLength: 1, maxLength: 4 }),
        fc.array(realClaim, { minLength: 1, maxLength: 3 }),
        anyOptions,
        (claims, added, options) => {
          const own = claims.some((one) => one.place === 'index_attestation');
          const speaking = claims
            .filter(
              (one) => one.problem === null && one.revision !== null && (options.inheritWholeImage || !one.wholeImage),
            )
            .map(worth)
            .filter((trust) => !own || trust !== 'referrer');
          if (speaking.length === 0) return;
          const best = options.requireSignature ? 0 : Math.min(...speaking.map(rank));
          // A statement that is added is another one than those that are there.
          const less = added
            .map((one) => ({ ...one, statementDigest: one.statementDigest === null ? null : 'sha256:added' }))
            .filter((one) => rank(worth(one)) > best);
          const [before, after] = [resolveClaims(claims, options), resolveClaims([...claims, ...less], options)];
          if (before.outcome === 'resolved') expect(words(after)).toBe(words(before));
          else expect(after.outcome).not.toBe('resolved');
          if (before.outcome === 'resolved') resolved += 1;
          else unresolved += 1;
        },
      ),
      { numRuns: 4_000 },
    );
    expect(Math.min(resolved, unresolved)).toBeGreaterThan(500);
  });

  it('nothing that is attached without a verified signature changes what the image itself says', () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(anyClaim, { minLength: 1, maxLength: 4 }),
        fc.array(anyClaim, { minLength: 1, maxLength: 3 }),
        anyOptions,
        (claims, added, options) => {
          const before = resolveClaims(claims, options);
          if (before.outcome !== 'resolved' || rank(before.trust) >= rank('referrer')) return;
          seen += 1;
          const attached = added.map((one) => ({
            ...one,
            place: 'referrer' as const,
            signature: one.signature === 'verified' ? ('invalid' as const) : one.signature,
          }));
          expect(words(resolveClaims([...claims, ...attached], options))).toBe(words(before));
        },
      ),
      { numRuns: 4_000 },
    );
    expect(seen).toBeGreaterThan(300);
  });
});
