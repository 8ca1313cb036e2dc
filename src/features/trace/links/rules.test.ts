import { describe, expect, it } from 'vitest';
import type { AnalysisFacts, DeploymentFacts, ImageFacts, PlatformFacts } from './facts.ts';
import { certaintyOfClaim, linksOfAnalysis, linksOfDeployment, linksOfExecution, linksOfImage } from './rules.ts';

const noon = new Date('2026-11-30T12:00:00Z');
const later = new Date('2026-11-30T13:00:00Z');
const evening = new Date('2026-11-30T18:00:00Z');
const commit = 'a'.repeat(40);

const platform = (more: Partial<PlatformFacts> = {}): PlatformFacts => ({
  outcome: 'resolved',
  trust: 'builder',
  signature: 'none',
  commit,
  commitExact: true,
  dirty: false,
  ...more,
});
const image = (...platforms: PlatformFacts[]): ImageFacts => ({
  id: 1,
  integrationId: 4,
  digest: 'sha256:1',
  firstSeenAt: noon,
  goneAt: null,
  platforms,
});
const brief = (links: { toKey: string | null; certainty: string; note: string | null }[]) =>
  links.map(({ toKey, certainty, note }) => [toKey, certainty, note]);

describe('an image and its commit', () => {
  it('are linked as signed only by a signature that was verified', () => {
    expect(certaintyOfClaim({ trust: 'signed', signature: 'verified' })).toBe('signed');
    for (const signature of ['none', 'unverified', 'invalid', null])
      expect(certaintyOfClaim({ trust: 'signed', signature })).toBe('stated');
    for (const trust of ['builder', 'client', 'referrer', 'annotation', 'label', null])
      expect(certaintyOfClaim({ trust, signature: 'verified' })).toBe('stated');
  });

  it('are as sure as the least sure of the platforms', () => {
    const signed = platform({ trust: 'signed', signature: 'verified' });
    expect(brief(linksOfImage(image(signed, signed)))).toEqual([[commit, 'signed', null]]);
    for (const platforms of [
      [signed, platform()],
      [platform(), signed],
    ])
      expect(brief(linksOfImage(image(...platforms)))).toEqual([[commit, 'stated', null]]);
  });

  it('are two links where platforms come from two commits', () => {
    const other = 'b'.repeat(40);
    expect(brief(linksOfImage(image(platform(), platform({ commit: other }))))).toEqual([
      [commit, 'stated', null],
      [other, 'stated', null],
    ]);
  });

  it('are not linked by claims that contradict each other, or say nothing', () => {
    for (const outcome of ['PROVENANCE_CONFLICT', 'NO_PROVENANCE', 'PROVENANCE_UNTRUSTED'])
      expect(linksOfImage(image(platform({ outcome })))).toEqual([]);
    expect(linksOfImage(image(platform({ commit: null })))).toEqual([]);
  });

  it('say what makes the link less than it seems', () => {
    expect(brief(linksOfImage(image(platform({ commit: 'abcdef1', commitExact: false }))))).toEqual([
      ['abcdef1', 'stated', 'short_commit'],
    ]);
    expect(brief(linksOfImage(image(platform(), platform({ dirty: true }))))).toEqual([[commit, 'stated', 'dirty']]);
  });
});

describe('an analysis', () => {
  const analysis = (more: Partial<AnalysisFacts> = {}): AnalysisFacts => ({
    id: 1,
    integrationId: 2,
    key: 'k',
    revision: commit,
    analyzedAt: noon,
    deletedAt: null,
    pullRequestId: null,
    ...more,
  });

  it('is of its commit as the server says, and of its pull request as follows from the binding', () => {
    expect(linksOfAnalysis(analysis({ pullRequestId: 9 }))).toMatchObject([
      { kind: 'analyzed', toKey: commit, certainty: 'stated' },
      { kind: 'analysis_of', toId: 9, certainty: 'inferred' },
    ]);
  });

  it('of no commit is linked to none', () => {
    for (const revision of [null, '', 'r1234', 'v1.2']) expect(linksOfAnalysis(analysis({ revision }))).toEqual([]);
    expect(linksOfAnalysis(analysis({ revision: 'ABCDEF1' }))).toMatchObject([
      { toKey: 'abcdef1', note: 'short_commit' },
    ]);
  });
});

describe('a deployment', () => {
  const deployment = (more: Partial<DeploymentFacts> = {}): DeploymentFacts => ({
    id: 1,
    source: 'harness',
    integrationId: 3,
    key: 'k',
    status: 'succeeded',
    takesBack: false,
    rolledBack: false,
    rolledBackAt: null,
    reference: null,
    digest: null,
    commit: null,
    startedAt: null,
    endedAt: null,
    at: noon,
    receivedAt: noon,
    executionId: null,
    environmentScope: 'pay/ledger',
    environment: 'prod',
    periods: [{ from: noon, to: null, endedBy: null }],
    ...more,
  });
  it('of a pipeline that told it is declared, of Harness stated, and what was inferred stays so', () => {
    const put = [{ imageId: 5, certainty: 'inferred' as const, note: 'tag_moved' as const }];
    for (const [source, certainty] of [
      ['harness', 'stated'],
      ['pushed', 'declared'],
    ] as const) {
      const links = linksOfDeployment(deployment({ source, executionId: 7 }), put);
      expect(links.map(({ kind, certainty: sure, note }) => [kind, sure, note])).toEqual([
        ['deployed', 'inferred', 'tag_moved'],
        ['ran_in', certainty, null],
        ['into', certainty, null],
      ]);
    }
  });

  it('is of the commit that a pipeline told, never of the one that its execution checked out', () => {
    const kinds = (source: 'pushed' | 'harness') =>
      linksOfDeployment(deployment({ source, commit }), []).map(({ kind }) => kind);
    expect(kinds('pushed')).toContain('deployed_commit');
    expect(kinds('harness')).not.toContain('deployed_commit');
  });

  it('is there for each of its periods, and for a moment where it never ran', () => {
    const into = (more: Partial<DeploymentFacts>) =>
      linksOfDeployment(deployment(more), [])
        .filter(({ kind }) => kind === 'into')
        .map(({ validFrom, validTo, endedBy }) => [validFrom, validTo, endedBy]);
    expect(into({})).toEqual([[noon, null, null]]);
    const again = [
      { from: noon, to: later, endedBy: 4 },
      { from: evening, to: null, endedBy: null },
    ];
    expect(into({ periods: again })).toEqual([
      [noon, later, 4],
      [evening, null, null],
    ]);
    for (const status of ['failed', 'aborted', 'running', 'unknown', 'skipped', 'succeeded'])
      expect(into({ status, periods: [] })).toEqual([[noon, noon, null]]);
  });

  it('is into an environment of its system and scope', () => {
    const keyOf = (more: Partial<DeploymentFacts>) =>
      linksOfDeployment(deployment(more), []).find(({ kind }) => kind === 'into')?.toKey;
    expect(keyOf({})).toBe('3:pay/ledger/prod');
    expect(keyOf({ source: 'pushed', integrationId: null, environmentScope: '' })).toBe(':/prod');
  });
});

it('an execution that says one image twice is linked to it once, by the surer word', () => {
  const execution = {
    id: 1,
    integrationId: 3,
    key: 'k',
    firstSeenAt: noon,
    begunAt: noon,
    endedAt: later,
    deletedAt: null,
    commits: [commit],
    built: [],
  };
  const built = [
    { imageId: 5, certainty: 'inferred', note: null },
    { imageId: 5, certainty: 'stated', note: null },
    { imageId: 6, certainty: 'inferred', note: null },
  ] as const;
  expect(linksOfExecution(execution, built).map(({ kind, toId, certainty }) => [kind, toId, certainty])).toEqual([
    ['checked_out', null, 'stated'],
    ['built', 5, 'stated'],
    ['built', 6, 'inferred'],
  ]);
});
