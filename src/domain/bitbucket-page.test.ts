import { describe, expect, it } from 'vitest';
import { parseBitbucketPage } from './bitbucket-page.ts';

describe('the address of a page of Bitbucket Server', () => {
  it('says which repository it is about, below the path of its server', () => {
    expect(parseBitbucketPage('https://bb.example.com/git/bitbucket/projects/PAY/repos/ledger/browse?at=x')).toEqual({
      base: 'https://bb.example.com/git/bitbucket',
      project: 'PAY',
      slug: 'ledger',
      pullRequest: null,
    });
    expect(parseBitbucketPage('http://bb:7990/projects/PAY/repos/ledger')).toMatchObject({ base: 'http://bb:7990' });
  });

  it('and which pull request', () => {
    const page = 'https://bb/projects/PAY/repos/ledger/pull-requests/17/overview';
    expect(parseBitbucketPage(page)).toMatchObject({ slug: 'ledger', pullRequest: '17' });
    expect(parseBitbucketPage('https://bb/projects/PAY/repos/ledger/pull-requests')).toMatchObject({
      pullRequest: null,
    });
  });

  it('puts a tilde before the name of a user, however it is written', () => {
    for (const path of ['users/jdoe', 'users/~jdoe', 'projects/~jdoe', 'projects/%7Ejdoe']) {
      expect(parseBitbucketPage(`https://bb/${path}/repos/x`)).toMatchObject({ project: '~jdoe', slug: 'x' });
    }
  });

  it('is nothing else', () => {
    const others = [
      '',
      'PAY/ledger',
      'https://bb/projects/PAY',
      'https://bb/projects/PAY/repos/',
      'ftp://bb/projects/P/repos/x',
    ];
    expect(others.filter((text) => parseBitbucketPage(text) !== null)).toEqual([]);
    expect(parseBitbucketPage(`https://bb/${'projects/'.repeat(9_000)}`)).toBeNull();
    expect(parseBitbucketPage('https://bb/projects/%E0%A4%A/repos/x')).toMatchObject({ project: '%E0%A4%A' });
  });
});
