import { describe, expect, it } from 'vitest';
import { type CommitOnLine, type ImageOnLine, type LineFacts, missingLinks, type NamingOnLine } from './missing.ts';

const system = { connected: 1, stale: [], pasts: [] };
const line = (more: Partial<LineFacts> = {}): LineFacts => ({
  onward: true,
  commits: [],
  doubtful: [],
  images: [],
  deployments: [],
  executions: [],
  systems: { sonarqube: system, 'bitbucket-server': system, harness: system, 'oci-registry': system },
  ...more,
});
const commit = (more: Partial<CommitOnLine> = {}): CommitOnLine => ({
  key: 'c',
  scopes: ['branch'],
  pullRequests: 1,
  images: 1,
  bound: true,
  around: [],
  ...more,
});
const image = (more: Partial<ImageOnLine> = {}): ImageOnLine => ({
  id: 1,
  commits: 1,
  outcomes: ['resolved'],
  executions: 1,
  unasked: [],
  deployments: 1,
  madeAt: new Date(1000),
  ...more,
});
const naming = (more: Partial<NamingOnLine> = {}): NamingOnLine => ({
  at: 'deployment:1',
  images: ['image:1'],
  named: 'team/ledger:1.0',
  byDigest: false,
  read: true,
  readFrom: new Date(0),
  since: new Date(1000),
  moved: false,
  ...more,
});
const codes = (facts: Partial<LineFacts>): string[] => missingLinks(line(facts)).map(({ code }) => code);

it('a whole line misses nothing', () => {
  expect(codes({ commits: [commit()], images: [image()], deployments: [naming()] })).toEqual([]);
});

describe('of a commit', () => {
  it.each([
    [{ scopes: [], bound: false }, ['trace_repository_not_bound']],
    [{ scopes: [] }, ['trace_commit_not_analyzed']],
    [{ scopes: [], bound: null }, ['trace_commit_not_analyzed']],
    [{ scopes: ['pull_request'] }, ['trace_only_pull_request_analyzed']],
    [{ scopes: ['companion', 'pull_request'] }, ['trace_only_pull_request_analyzed']],
    [{ scopes: ['branch', 'pull_request'] }, []],
    [{ pullRequests: 0 }, ['trace_no_pull_request']],
    [{ images: 0 }, ['trace_no_image']],
  ] satisfies [Partial<CommitOnLine>, string[]][])('%o', (of, expected) => {
    expect(codes({ commits: [commit(of)] })).toEqual(expected);
  });

  it('it is said which are analysed around it', () => {
    const [missing] = missingLinks(line({ commits: [commit({ scopes: [], around: ['ledger abc'] })] }));
    expect(missing).toMatchObject({ at: 'commit:c', expects: 'analysis', details: ['ledger abc'] });
    expect(missing?.remedy).toMatch(/\.$/);
  });

  it('no image is missed on the way back from one', () => {
    expect(codes({ onward: false, commits: [commit({ images: 0 })] })).toEqual([]);
  });

  it('of which only the beginning is named, every one is shown', () => {
    expect(missingLinks(line({ doubtful: [{ key: 'abc', whole: ['abc1', 'abc2'] }] }))).toMatchObject([
      { at: 'commit:abc', code: 'trace_commit_ambiguous', details: ['abc1', 'abc2'] },
    ]);
  });
});

describe('of an image', () => {
  it.each([
    [{ commits: 0, outcomes: ['NO_PROVENANCE'] }, ['trace_image_without_provenance']],
    [{ commits: 0, outcomes: ['NO_PROVENANCE', 'PROVENANCE_CONFLICT'] }, ['trace_claims_contradict']],
    [{ executions: 0 }, ['trace_no_execution']],
    [{ executions: 0, unasked: ['pay/app Build #7'] }, ['trace_build_not_asked']],
    [{ unasked: ['pay/app Build #7'] }, []],
    [{ deployments: 0 }, ['trace_never_deployed']],
  ] satisfies [Partial<ImageOnLine>, string[]][])('%o', (of, expected) => {
    expect(codes({ images: [image(of)] })).toEqual(expected);
  });
});

describe('of what names an image', () => {
  it.each([
    [{ images: [], named: null }, ['trace_names_no_artifact']],
    [{ images: [], read: false, readFrom: null }, ['trace_registry_not_connected']],
    [{ images: [], byDigest: true }, ['trace_image_not_read']],
    [{ images: [] }, ['trace_tag_unknown_then']],
    [{ images: [], readFrom: new Date(2000) }, ['trace_beyond_history']],
    [{ images: ['image:1', 'image:2'] }, ['trace_image_ambiguous']],
    [{ moved: true }, ['trace_tag_moved']],
    [{ images: ['image:1', 'image:2'], moved: true }, ['trace_image_ambiguous', 'trace_tag_moved']],
  ] satisfies [Partial<NamingOnLine>, string[]][])('%o', (of, expected) => {
    expect(codes({ deployments: [naming(of)] })).toEqual(expected);
    expect(codes({ executions: [naming(of)] })).toEqual(expected);
  });

  it('each that may be meant is named, and what nobody knows is', () => {
    const images = ['image:1', 'image:2'];
    const all = missingLinks(line({ deployments: [naming({ images }), naming({ at: 'deployment:2', images: [] })] }));
    expect(all.map(({ at, details }) => [at, details])).toEqual([
      ['deployment:1', images],
      ['deployment:2', ['team/ledger:1.0']],
    ]);
  });
});

describe('what would tell', () => {
  const without = (kind: string, is: LineFacts['systems']['harness']) =>
    line({
      commits: [commit({ scopes: [], pullRequests: 0, images: 0 })],
      images: [image({ executions: 0, deployments: 0 })],
      systems: { ...line().systems, [kind]: is },
    });

  it('is not connected, and that is why', () => {
    const found = (kind: string): string[] =>
      missingLinks(without(kind, { connected: 0, stale: [], pasts: [] })).map(
        ({ expects, code }) => `${expects} ${code}`,
      );
    expect(found('sonarqube')).toContain('analysis trace_system_not_connected');
    expect(found('bitbucket-server')).toContain('pull_request trace_system_not_connected');
    expect(found('harness')).toContain('execution trace_system_not_connected');
    expect(found('oci-registry')).toContain('image trace_registry_not_connected');
    expect(found('sonarqube')).not.toContain('analysis trace_commit_not_analyzed');
  });

  it('was not read for too long, and that is said beside it', () => {
    const found = missingLinks(without('harness', { ...system, stale: ['harness never'] }));
    const late = found.filter(({ code }) => code === 'trace_not_read_since');
    expect(late.map(({ expects, details }) => [expects, details])).toEqual([
      ['execution', ['harness never']],
      ['deployment', ['harness never']],
    ]);
  });

  it.each([
    [new Date(999), []],
    [new Date(1000), []],
    [new Date(1001), ['harness 1970-01-01T00:00:01.001Z']],
    [null, ['harness never']],
  ])('has a past that begins at %s, where an image was made at 1000', (from, said) => {
    const pasts = [{ name: 'harness', from }];
    const found = missingLinks(without('harness', { ...system, pasts }));
    const beyond = found.filter(({ code }) => code === 'trace_beyond_history');
    expect(beyond.map(({ at, expects, details }) => [at, expects, details])).toEqual(
      said.length === 0
        ? []
        : [
            ['image:1', 'execution', said],
            ['image:1', 'deployment', said],
          ],
    );
    const whole = line({ images: [image()], systems: { ...line().systems, harness: { ...system, pasts } } });
    expect(missingLinks(whole)).toEqual([]);
  });
});
