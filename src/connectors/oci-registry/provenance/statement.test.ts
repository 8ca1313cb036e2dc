import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { instant, readStatement, text as kept, unusable } from './statement.ts';

const folder = new URL('../../../../test/fixtures/provenance/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(`${name}.json`, folder), 'utf8');
const checkout = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const mono = '3b6349e918033904a8099a3de9c5230b4ab821b3';

interface Subject {
  digest: { sha256: string };
}

function subjectsOf(text: string): string[] {
  const { subject } = JSON.parse(text) as { subject: Subject[] };
  return subject.map(({ digest }) => `sha256:${digest.sha256}`);
}

const git = {
  kind: 'resolved',
  source: 'http://127.0.0.1:9420/team/checkout',
  revision: checkout,
  ref: 'main',
  subdir: null,
};
const hint = {
  kind: 'hint',
  source: 'https://git.example.com/Team/Checkout',
  revision: checkout,
  ref: null,
  subdir: null,
};
const scpHint = { ...hint, source: 'ssh://git.example.com/Team/Checkout' };

describe('what BuildKit wrote', () => {
  it.each([
    ['buildkit-local-min-v0.2.statement', [scpHint]],
    ['buildkit-local-max-v0.2.statement', [scpHint]],
    ['buildkit-local-min-v1.statement', [scpHint]],
    ['buildkit-local-max-v1.statement', [scpHint]],
    ['buildkit-git-min-v0.2.statement', [git]],
    ['buildkit-git-max-v0.2.statement', [git]],
    ['buildkit-git-min-v1.statement', [git]],
    ['buildkit-git-max-v1.statement', [git]],
    ['buildkit-git-tagref-min-v1.statement', [{ ...git, ref: 'v1.0.0' }]],
    [
      'buildkit-git-subdir-min-v1.statement',
      [{ ...git, source: 'http://127.0.0.1:9420/team/mono', revision: mono, subdir: 'svc/a' }],
    ],
    ['buildkit-git-credentials-min-v1.statement', [git]],
    [
      'buildkit-git-plus-vcs-hint-min-v1.statement',
      [git, { ...hint, source: 'https://other.example/x', revision: 'deadbeef-dirty' }],
    ],
    ['buildkit-local-plus-add-git-min-v1.statement', [hint]],
    ['buildkit-local-dirty-min-v1.statement', [{ ...hint, revision: `${checkout}-dirty` }]],
    ['buildkit-legacy-attestation-manifest-min-v0.2.statement', [hint]],
    ['buildkit-0.17.3-local-min.statement', [hint]],
    ['buildkit-0.17.3-local-max.statement', [hint]],
    ['buildkit-0.17.3-git-min.statement', [git]],
  ])('%s', (name, facts) => {
    const text = fixture(name);
    const read = readStatement(text, subjectsOf(text));
    expect(read?.problem).toBeNull();
    const loose = (fact: { source: string | null }) => ({ ...fact, source: fact.source?.replace(/^ssh:/, 'https:') });
    expect(read?.facts.map(loose)).toEqual(facts.map(loose));
    expect(read?.builtAt).toMatch(/^2026-11-21T/);
    expect(JSON.stringify(read)).not.toMatch(/user:pw|xxxxx/);
  });

  it('a commit of a SHA-256 repository', () => {
    const text = fixture('buildkit-git-sha256repo-min-v1.statement');
    expect(readStatement(text, subjectsOf(text))?.facts[0]?.revision).toMatch(/^[0-9a-f]{64}$/);
  });

  it('nothing of git for a local build without version control', () => {
    const text = fixture('buildkit-local-novcs-max-v1.statement');
    expect(readStatement(text, subjectsOf(text))).toMatchObject({ facts: [], problem: 'without_vcs' });
  });

  it('each of two platforms its own statement', () => {
    for (const name of ['buildkit-multiplatform-min-v1.statement', 'buildkit-multiplatform-min-v1.statement.1']) {
      const text = fixture(name);
      expect(readStatement(text, subjectsOf(text))?.facts).toHaveLength(1);
    }
  });

  it('BuildKit 0.17’s sub-directory, whose commit stands with the input of the same address', () => {
    const predicate = {
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { configSource: { uri: 'https://git.example.com/team/mono.git#main:svc/a' } },
      materials: [
        { uri: 'https://git.example.com/team/other.git#main', digest: { sha1: checkout } },
        { uri: 'https://git.example.com/team/mono.git#main', digest: { sha1: mono } },
      ],
    };
    expect(readStatement(statement('https://slsa.dev/provenance/v0.2', predicate), [subject])?.facts).toEqual([
      { kind: 'resolved', source: 'https://git.example.com/team/mono', revision: mono, ref: 'main', subdir: 'svc/a' },
    ]);
    const alone = { ...predicate, materials: predicate.materials.slice(0, 1) };
    expect(readStatement(statement('https://slsa.dev/provenance/v0.2', alone), [subject])?.problem).toBe('without_vcs');
  });
});

const subject = `sha256:${'ab'.repeat(32)}`;

function statement(predicateType: string, predicate: object, more: object = {}): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType,
    subject: [{ name: 'x', digest: { sha256: 'ab'.repeat(32) } }],
    predicate,
    ...more,
  });
}

const v1 = 'https://slsa.dev/provenance/v1';
const v02 = 'https://slsa.dev/provenance/v0.2';

describe('other builders', () => {
  const uri = 'git+https://github.com/Org/Repo@refs/heads/main';
  const fact = {
    kind: 'resolved',
    source: 'https://github.com/Org/Repo',
    revision: checkout,
    ref: 'refs/heads/main',
    subdir: null,
  };
  it.each([
    [
      'GitHub’s attest',
      v1,
      {
        buildDefinition: {
          buildType: 'https://actions.github.io/buildtypes/workflow/v1',
          externalParameters: { workflow: { repository: 'https://github.com/Org/Repo', ref: 'refs/heads/main' } },
          resolvedDependencies: [{ uri, digest: { gitCommit: checkout } }],
        },
      },
      [fact],
    ],
    [
      'the SLSA generator for GitHub',
      v02,
      {
        buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
        invocation: { configSource: { uri, digest: { sha1: checkout } } },
        materials: [{ uri, digest: { sha1: checkout } }],
      },
      [fact],
    ],
    [
      'one git input among others',
      v1,
      {
        buildDefinition: {
          buildType: 'x',
          resolvedDependencies: [{ uri: 'pkg:npm/a@1' }, { uri, digest: { gitCommit: checkout } }],
        },
      },
      [fact],
    ],
    [
      'the same git input twice',
      v02,
      {
        buildType: 'x',
        materials: [
          { uri, digest: { sha1: checkout } },
          { uri, digest: { sha1: checkout } },
        ],
      },
      [fact],
    ],
    [
      'two git inputs',
      v1,
      {
        buildDefinition: {
          buildType: 'x',
          resolvedDependencies: [
            { uri, digest: { gitCommit: checkout } },
            { uri: 'git+https://github.com/o/other', digest: { gitCommit: mono } },
          ],
        },
      },
      [],
    ],
    [
      'the id of a tag object',
      v1,
      { buildDefinition: { buildType: 'x', resolvedDependencies: [{ uri, digest: { gitTag: checkout } }] } },
      [],
    ],
  ])('%s', (_, type, predicate, facts) => {
    expect(readStatement(statement(type, predicate), [subject])?.facts).toEqual(facts);
  });
});

describe('what is no use', () => {
  it.each([
    ['no JSON', '{', 'malformed'],
    ['an empty text', '', 'malformed'],
    ['a list', '[]', 'malformed'],
    [
      'no predicate',
      JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType: v1, subject: [] }),
      'malformed',
    ],
    ['another kind of statement', statement(v1, {}, { _type: 'https://example.com/Statement' }), 'malformed'],
    ['another image', statement(v1, {}, { subject: [{ digest: { sha256: 'cd'.repeat(32) } }] }), 'subject_mismatch'],
    ['no subject', statement(v1, {}, { subject: [] }), 'subject_mismatch'],
    ['subjects of a wrong shape', statement(v1, {}, { subject: [null, 7, { digest: [] }] }), 'subject_mismatch'],
    [
      'a subject beyond the first thousand',
      statement(v1, {}, { subject: [...Array(1_000).fill({}), { digest: { sha256: 'ab'.repeat(32) } }] }),
      'subject_mismatch',
    ],
    ['an empty predicate', statement(v1, {}), 'without_vcs'],
  ])('%s', (_, text, problem) => {
    expect(readStatement(text, [subject])).toMatchObject({ facts: [], problem });
  });

  it('another predicate is not a claim at all', () => {
    expect(readStatement(statement('https://spdx.dev/Document', {}), [subject])).toBeUndefined();
  });

  it('control characters and lone surrogates do not reach the store', () => {
    const vcs = { revision: `a\u0000b\ud800${'x'.repeat(5_000)}`, source: 'https://user:pw@c.example/\u0000' };
    const predicate = {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
      },
      runDetails: { metadata: { buildkit_metadata: { vcs } } },
    };
    const [fact] = readStatement(statement(v1, predicate), [subject])?.facts ?? [];
    expect(fact?.revision).toMatch(/^a b\ufffdx+$/);
    expect(fact?.revision.length).toBeLessThanOrEqual(2_048);
    expect(JSON.stringify(fact)).not.toMatch(/\\u0000|user|pw@/);
  });
});

describe('which inputs are of git', () => {
  const input = (uri: unknown, digest: object = { sha1: mono }) => ({ uri, digest });
  const git = input('git+https://github.com/Org/Repo', { sha1: checkout });
  const revisions = (type: string, inputs: unknown) => {
    const predicate =
      type === v1
        ? { buildDefinition: { buildType: 'x', resolvedDependencies: inputs } }
        : { buildType: 'x', materials: inputs };
    return readStatement(statement(type, predicate), [subject])?.facts.map(({ revision }) => revision);
  };

  it.each([v1, v02])('in %s not every file that has a hash', (type) => {
    for (const uri of [
      'https://files.example.com/team/x',
      'https://files.example.com/team/x.gitea',
      'https://files.example.com/team/x.github/y',
      'https://files.example.com/team/x?from=git+https',
      7,
      null,
    ])
      expect(revisions(type, [input(uri), git]), String(uri)).toEqual([checkout]);
    expect(revisions(type, [input('https://files.example.com/team/x')])).toEqual([]);
  });

  it.each([v1, v02])('in %s those that say so by their scheme, their end or the kind of their hash', (type) => {
    for (const one of [
      input('GIT+https://git.example.com/team/x'),
      input('https://git.example.com/team/x.git'),
      input('https://git.example.com/team/x.GIT#main'),
      input('https://git.example.com/team/x.git@v1'),
      input('https://git.example.com/team/x.git?ref=v1'),
      input('https://git.example.com/team/x', { gitCommit: mono }),
    ])
      expect(revisions(type, [one]), JSON.stringify(one)).toEqual([mono]);
    // Two that say so: nobody knows which is meant.
    expect(revisions(type, [input('https://git.example.com/team/x.git'), git])).toEqual([]);
  });

  it.each([v1, v02])('in %s none where there is no list, or no address', (type) => {
    for (const inputs of [undefined, {}, 'x', [null], [{}], [input('nothing', { gitCommit: mono })]])
      expect(revisions(type, inputs), JSON.stringify(inputs)).toEqual([]);
  });

  it('the source that the builder names counts before its inputs', () => {
    const configSource = { uri: 'git+https://github.com/Org/Repo@v1', digest: { sha1: checkout } };
    const predicate = {
      buildType: 'x',
      invocation: { configSource },
      materials: [input('git+https://github.com/o/p'), git],
    };
    expect(readStatement(statement(v02, predicate), [subject])?.facts).toMatchObject([
      { revision: checkout, ref: 'v1' },
    ]);
  });

  it.each([
    ['main', 'https://git.example.com/team/mono.git#main', 'https://git.example.com/team/mono.git#main'],
    ['no ref', 'https://git.example.com/team/mono.git#:svc/a', 'https://git.example.com/team/mono.git'],
    ['nothing', 'https://git.example.com/team/mono.git', 'https://git.example.com/team/mono.git'],
  ])('a source with %s finds its commit with the input of its address', (_, uri, twin) => {
    const predicate = {
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { configSource: { uri, digest: null } },
      materials: [input('https://git.example.com/team/mono.gi'), input(twin, { sha1: checkout })],
    };
    expect(readStatement(statement(v02, predicate), [subject])?.facts).toMatchObject([{ revision: checkout }]);
  });
});

describe('a hint of docker buildx', () => {
  const hinted = (vcs: unknown) => {
    const predicate = {
      buildType: 'https://mobyproject.org/buildkit@v1',
      metadata: { 'https://mobyproject.org/buildkit@v1#metadata': { vcs } },
    };
    return readStatement(statement(v02, predicate), [subject])?.facts;
  };

  it.each([
    ['svc/a', 'svc/a'],
    ['./svc/a', './svc/a'],
    ['a/', 'a/'],
    ['.github', '.github'],
    ['.', null],
    ['./', null],
    ['/', null],
    ['', null],
    ['..', null],
    ['../other', null],
    [7, null],
    [undefined, null],
  ])('names the directory %j as %j', (directory, subdir) => {
    expect(hinted({ revision: checkout, 'localdir:context': directory })).toMatchObject([{ kind: 'hint', subdir }]);
  });

  it('needs a revision, and keeps a source that is no address as it is written', () => {
    for (const revision of ['', ' ', 7, null, undefined]) expect(hinted({ revision, source: 'x' })).toEqual([]);
    expect(hinted({ revision: checkout, source: 'our git' })).toMatchObject([{ source: 'our git', ref: null }]);
    expect(hinted({ revision: checkout, source: 7 })).toMatchObject([{ source: null }]);
  });
});

describe('what is said of a statement', () => {
  it('is about an image by its SHA-512 or in capitals, too', () => {
    const hex = 'cd'.repeat(64);
    for (const digest of [{ sha512: hex }, { sha512: hex.toUpperCase() }, { sha256: 7, sha512: hex }])
      expect(readStatement(statement(v1, {}, { subject: [{ digest }] }), [`sha512:${hex}`])?.problem).toBe(
        'without_vcs',
      );
  });

  it('is who built it, and when', () => {
    const one = {
      buildDefinition: { buildType: 'x' },
      runDetails: { builder: { id: 'one' }, metadata: { finishedOn: '2026-11-21T10:00:00Z' } },
    };
    const other = {
      buildType: 'x',
      builder: { id: 'two' },
      metadata: { buildFinishedOn: '2026-11-21T11:00:00+01:00' },
    };
    for (const [type, predicate, builderId] of [
      [v1, one, 'one'],
      [v02, other, 'two'],
    ] as const)
      expect(readStatement(statement(type, predicate), [subject])).toMatchObject({
        predicateType: type,
        buildType: 'x',
        builderId,
        builtAt: '2026-11-21T10:00:00.000Z',
        detail: 'The statement names no commit of a repository.',
      });
    expect(readStatement(statement(v1, { builder: { id: '' } }), [subject])).toMatchObject({
      builderId: null,
      builtAt: null,
    });
  });

  it('is what is wrong with it', () => {
    const detail = (text: string) => readStatement(text, [subject])?.detail;
    expect(detail('{')).toMatch(/^It is no in-toto statement: the text .+/);
    expect(detail(statement(v1, {}, { subject: 7 }))).toMatch(/^It is no in-toto statement: subject .+/);
    expect(detail(statement(v1, {}, { subject: [] }))).toBe('The statement is about another image.');
    expect(unusable('malformed', 'x'.repeat(400))).toMatchObject({
      problem: 'malformed',
      facts: [],
      detail: 'x'.repeat(300),
    });
    expect(unusable('malformed', '').detail).toBeNull();
  });

  it.each([
    [`${v1}/`, 'resolved'],
    [v1, 'resolved'],
    [`${v02}/x`, undefined],
    ['https://slsa.dev/provenance/v0.1', undefined],
  ])('%s is read as its version says', (type, kind) => {
    const resolvedDependencies = [{ uri: 'git+https://github.com/o/r', digest: { gitCommit: checkout } }];
    const read = readStatement(statement(type, { buildDefinition: { buildType: 'x', resolvedDependencies } }), [
      subject,
    ]);
    expect(read?.facts[0]?.kind).toBe(kind);
  });

  it.each([`see ${v1}`, `${v1}0`, 'https://slsa.dev/provenance/v2', 'https://slsa.dev/provenance/v0.3'])(
    '%s is no provenance that is known',
    (type) => {
      expect(readStatement(statement(type, {}), [subject])).toBeUndefined();
    },
  );
});

it.each([
  ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ['0000-12-31T00:00:00Z', null],
  ['+010000-01-01T00:00:00Z', null],
  ['yesterday', null],
  [0, null],
  [undefined, null],
])('the instant %j is %j', (value, expected) => {
  expect(instant(value)).toBe(expected);
});

it.each([
  ['a\u0000\u0001\nb', 'a b'],
  ['', null],
  [7, null],
  ['x'.repeat(9_000), 'x'.repeat(2_048)],
])('the text %j is kept as %j', (value, expected) => {
  expect(kept(value)).toBe(expected);
});
