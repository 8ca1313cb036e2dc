import { describe, expect, it } from 'vitest';
import { normaliseUrl, Secrets, Settings } from './settings.ts';

describe('the address of a server', () => {
  it('keeps its context path and loses what is a page of it', () => {
    expect(normaliseUrl('bb.example.com')).toBe('https://bb.example.com');
    expect(normaliseUrl(' http://bb.example.com:7990/bitbucket/ ')).toBe('http://bb.example.com:7990/bitbucket');
    expect(normaliseUrl('https://bb.example.com/git//bitbucket//')).toBe('https://bb.example.com/git/bitbucket');
    for (const page of [
      'projects/PAY/repos/ledger/browse?at=x',
      'users/jdoe/repos/x',
      'rest/api/1.0',
      'login',
      'dashboard',
    ]) {
      expect(normaliseUrl(`https://bb.example.com/bitbucket/${page}`)).toBe('https://bb.example.com/bitbucket');
      expect(normaliseUrl(`https://bb.example.com/${page}`)).toBe('https://bb.example.com');
    }
  });

  it('is refused with a reason where it is no server of this kind', () => {
    expect(() => normaliseUrl('https://bitbucket.org/acme')).toThrow(/Bitbucket Cloud/);
    expect(() => normaliseUrl('https://api.bitbucket.org')).toThrow(/Bitbucket Cloud/);
    expect(normaliseUrl('https://bitbucket.org.example.com')).toBe('https://bitbucket.org.example.com');
    expect(() => normaliseUrl('ftp://bb')).toThrow(/not an http/);
    expect(() => normaliseUrl('https://me:secret@bb')).toThrow(/credentials/);
    const refused = Settings.safeParse({ url: 'https://bitbucket.org' });
    expect(refused.error?.issues[0]?.message).toContain('only Bitbucket Server and Data Center are supported');
  });

  it('is found in linear time', () => {
    const started = normaliseUrl(`https://bb/${'rest'.repeat(20_000)}${'/'.repeat(20_000)}x`);
    expect(started.startsWith('https://bb/')).toBe(true);
  });
});

it('projects are keys, of users too', () => {
  expect(Settings.parse({ url: 'bb', projects: 'PAY, ~jdoe\nops' }).projects).toEqual(['PAY', '~jdoe', 'ops']);
  expect(Settings.safeParse({ url: 'bb', projects: 'PAY/ledger' }).success).toBe(false);
});

it('a token is taken as it is, of whatever form', () => {
  expect(Secrets.parse({ token: ' BBDC-abc+/= \n' }).token).toBe('BBDC-abc+/=');
  for (const token of ['', ' ', 'a b', 'a\nb', 'ä']) expect(Secrets.safeParse({ token }).success).toBe(false);
});
