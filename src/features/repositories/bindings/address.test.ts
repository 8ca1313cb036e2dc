import { describe, expect, it } from 'vitest';
import { namedRepository } from './address.ts';

describe('a repository as a person names it', () => {
  it('is the address of any of its pages, below the path of its server', () => {
    expect(
      namedRepository(' https://bb.example.com/bitbucket/projects/PAY/repos/ledger/browse?at=refs%2Fheads%2Fx '),
    ).toEqual({
      base: 'https://bb.example.com/bitbucket',
      project: 'PAY',
      slug: 'ledger',
    });
    expect(namedRepository('http://bb:7990/projects/PAY/repos/ledger')).toMatchObject({ base: 'http://bb:7990' });
    expect(namedRepository('https://bb/projects/PAY/repos/ledger/pull-requests/17/overview')).toMatchObject({
      slug: 'ledger',
    });
  });

  it('may be a user’s own, named either way', () => {
    for (const path of ['users/jdoe', 'projects/~jdoe', 'projects/%7Ejdoe', 'users/~jdoe']) {
      expect(namedRepository(`https://bb/${path}/repos/x`)).toMatchObject({ project: '~jdoe', slug: 'x' });
    }
  });

  it('may be its names alone', () => {
    expect(namedRepository('PAY/ledger-api')).toEqual({ base: null, project: 'PAY', slug: 'ledger-api' });
    expect(namedRepository('~jdoe/x')).toMatchObject({ project: '~jdoe' });
  });

  it('is nothing else', () => {
    const others = [
      '',
      'ledger',
      'a/b/c',
      'https://bb/projects/PAY',
      'ftp://bb/projects/P/repos/x',
      'https://bb/x',
      'PAY/a b',
    ];
    expect(others.filter((text) => namedRepository(text) !== null)).toEqual([]);
  });
});
