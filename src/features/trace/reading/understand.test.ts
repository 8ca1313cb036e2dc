import { describe, expect, it } from 'vitest';
import { understand } from './understand.ts';

const nothing = {
  ref: null,
  commit: null,
  pullRequest: null,
  image: null,
  execution: null,
  page: null,
  projectKey: null,
  environment: null,
  projectId: null,
};
const commit = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

describe('a text that somebody pasted', () => {
  it('may be a commit, whole or its beginning, in any case', () => {
    for (const text of [commit, commit.toUpperCase(), ` commit:${commit} `])
      expect(understand(text).commit).toBe(commit);
    expect(understand('A1B2C3D').commit).toBe('a1b2c3d');
    expect(understand(`https://code.example.com/projects/PAY/repos/ledger/commits/${commit}`).commit).toBe(commit);
    for (const text of ['a1b2c3', `${commit}0`, 'commit:xyz']) expect(understand(text).commit).toBeNull();
  });

  it('may be a pull request, by its address or in short', () => {
    expect(understand('PAY/ledger#17').pullRequest).toEqual({
      base: null,
      project: 'PAY',
      slug: 'ledger',
      number: '17',
    });
    expect(understand('https://code.example.com/git/projects/PAY/repos/ledger/pull-requests/17/overview')).toEqual({
      ...nothing,
      pullRequest: { base: 'https://code.example.com/git', project: 'PAY', slug: 'ledger', number: '17' },
      page: 'https://code.example.com/git/projects/PAY/repos/ledger/pull-requests/17/overview',
    });
    for (const text of ['PAY/ledger', 'PAY/ledger#', 'PAY/ledger#x', 'a/b/c#1'])
      expect(understand(text).pullRequest).toBeNull();
  });

  it('may be an image, by its name or its digest alone', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(understand(digest).image).toMatchObject({ repositories: [], digest });
    expect(understand('registry.example.com/team/shop:1.0').image).toMatchObject({
      host: 'registry.example.com',
      tag: '1.0',
    });
  });

  it('may be an execution or a deployment', () => {
    const page =
      'https://harness.example.com/ng/account/a/cd/orgs/o/projects/p/pipelines/x/deployments/Xy12-abcdef_0987/pipeline?a=b';
    expect(understand(page)).toMatchObject({ execution: 'Xy12-abcdef_0987', page });
    expect(understand('https://ci.example.com/job/7')).toEqual({ ...nothing, page: 'https://ci.example.com/job/7' });
  });

  it('may be a station as links name it, and no other', () => {
    expect(understand('image:12')).toEqual({ ...nothing, ref: { station: 'image', key: '12' } });
    expect(understand('project:12')).toEqual({ ...nothing, projectId: '12' });
    const environment = { station: 'environment', key: '7:pay/ledger/prod' };
    expect(understand('environment:7:pay/ledger/prod')).toEqual({ ...nothing, ref: environment });
    expect(understand('environment::/prod').ref).toEqual({ station: 'environment', key: ':/prod' });
    for (const text of [
      'environment:',
      'environment:prod',
      'image:0',
      'image:-1',
      'image:9999999999999999',
      'user:1',
      'image:1;drop',
    ])
      expect(understand(text).ref).toBeNull();
  });

  it('may be several of these, of which none is chosen', () => {
    expect(understand('deadbeef')).toMatchObject({
      commit: 'deadbeef',
      projectKey: 'deadbeef',
      image: { tag: 'latest' },
    });
  });

  it('is read once, however hostile', () => {
    const hostile = [
      'a'.repeat(2_000),
      '/'.repeat(2_000),
      `${'a/'.repeat(999)}#`,
      `https://x/${'/deployments'.repeat(160)}`,
      `https://x/${'commit/'.repeat(280)}`,
      `http://[::1${':'.repeat(1_900)}`,
      '#'.repeat(2_000),
      `${'a-'.repeat(900)}:`,
    ];
    // A pattern that is not linear would need minutes for these, and the test would not end in its time.
    for (let time = 0; time < 50; time += 1) for (const text of hostile) expect(understand(text).ref).toBeNull();
  });
});
