import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRepositoryUrl, redactUrls, repositoryKey } from './repository-url.ts';

describe('one repository under its many names', () => {
  it.each([
    ['git@git.example.com:Team/Checkout.git', 'git.example.com/team/checkout'],
    ['https://user:pw@git.example.com/Team/Checkout.git#main:svc/a', 'git.example.com/team/checkout'],
    ['http://xxxxx:xxxxx@git.example.com:8080/team/checkout.git', 'git.example.com/team/checkout'],
    ['git+https://git.example.com/Team/Checkout@refs/heads/main', 'git.example.com/team/checkout'],
    ['ssh://git@bitbucket.example.com:7999/SHOP/checkout.git', 'bitbucket.example.com/shop/checkout'],
    ['https://bitbucket.example.com/scm/shop/checkout.git', 'bitbucket.example.com/shop/checkout'],
    ['https://bitbucket.example.com/projects/SHOP/repos/checkout/browse', 'bitbucket.example.com/shop/checkout'],
    ['https://example.com/bitbucket/scm/SHOP/checkout.git', 'example.com/shop/checkout'],
    ['https://example.com/bitbucket/projects/SHOP/repos/checkout', 'example.com/shop/checkout'],
    ['https://bitbucket.example.com/users/Jo/repos/sandbox/browse', 'bitbucket.example.com/~jo/sandbox'],
    ['https://bitbucket.example.com/scm/~jo/sandbox.git', 'bitbucket.example.com/~jo/sandbox'],
    ['git://git.example.com/team//checkout.git/', 'git.example.com/team/checkout'],
    ['  https://GIT.Example.com./Team/Checkout.GIT  ', 'git.example.com/team/checkout'],
    ['https://git.example.com/Team/My%20Repo', 'git.example.com/team/my repo'],
    ['https://git.example.com/team/checkout?private_token=abc', 'git.example.com/team/checkout'],
    ['https://git.example.com/group/sub/checkout/-/tree/main', 'git.example.com/group/sub/checkout'],
    ['https://gitlab.com/Group/Sub/checkout.git', 'gitlab.com/group/sub/checkout'],
    ['git@altssh.gitlab.com:443/group/checkout.git', 'gitlab.com/443/group/checkout'],
    ['ssh://git@altssh.gitlab.com:443/group/checkout.git', 'gitlab.com/group/checkout'],
    ['ssh://git@altssh.bitbucket.org:443/team/checkout.git', 'bitbucket.org/team/checkout'],
    ['https://www.github.com/Org/Repo/tree/main', 'github.com/org/repo'],
    ['ssh://git@ssh.github.com:443/org/repo.git', 'github.com/org/repo'],
    ['git@github.com:org/repo.git', 'github.com/org/repo'],
    ['github.com/org/repo', 'github.com/org/repo'],
    ['pkg:github/Org/Repo@v1.2', 'github.com/org/repo'],
    ['pkg:bitbucket/team/repo', 'bitbucket.org/team/repo'],
    ['https://gerrit.example.com/a/team/checkout', 'gerrit.example.com/team/checkout'],
    ['ssh://jo@gerrit.example.com:29418/team/checkout', 'gerrit.example.com/team/checkout'],
    ['https://dev.azure.com/org/proj/_git/repo', 'dev.azure.com/org/proj/repo'],
    ['https://org@dev.azure.com/org/_git/repo', 'dev.azure.com/org/repo/repo'],
    ['git@ssh.dev.azure.com:v3/org/proj/repo', 'dev.azure.com/org/proj/repo'],
    ['https://org.visualstudio.com/DefaultCollection/proj/_git/repo', 'dev.azure.com/org/proj/repo'],
    ['https://org.visualstudio.com/_git/repo', 'dev.azure.com/org/repo/repo'],
    ['org@vs-ssh.visualstudio.com:v3/org/proj/repo', 'dev.azure.com/org/proj/repo'],
    ['https://bücher.example/team/checkout', 'xn--bcher-kva.example/team/checkout'],
    ['https://[2001:db8::1]:8443/team/checkout.git', '[2001:db8::1]/team/checkout'],
    ['http://127.0.0.1:9420/team/checkout.git#main', '127.0.0.1/team/checkout'],
  ])('%s', (text, key) => {
    expect(repositoryKey(text)).toBe(key);
  });

  it.each([
    '',
    '   ',
    'local',
    './checkout',
    '/srv/git/checkout.git',
    'file:///srv/git/checkout.git',
    'C:\\work\\checkout',
    'C:/builds/checkout',
    'team/checkout',
    's3://bucket/checkout',
    'https://git.example.com',
    'https://git.example.com/',
    'https://git.example.com/team/../../etc',
    'https://git.example.com/team/%2e%2e/x',
    'https:///team/checkout',
    'https://github.com/org',
    'https://dev.azure.com/org',
    'pkg:npm/left-pad@1.0.0',
  ])('%j names none', (text) => {
    expect(repositoryKey(text)).toBeNull();
  });

  it('a text of thousands of characters names none', () => {
    expect(repositoryKey(`https://git.example.com/${'x'.repeat(3_000)}`)).toBeNull();
  });
});

describe('what is named beside the repository', () => {
  it.each([
    ['https://git.example.com/team/mono.git#main:svc/a', 'main', 'svc/a'],
    ['https://git.example.com/team/mono.git#:svc/a/', null, 'svc/a'],
    ['https://git.example.com/team/mono.git#v1.0.0', 'v1.0.0', null],
    ['https://git.example.com/team/mono.git?ref=main&subdir=svc/a', 'main', 'svc/a'],
    ['https://git.example.com/team/mono.git?branch=x', 'x', null],
    ['git+https://github.com/o/r@refs/heads/main', 'refs/heads/main', null],
    ['https://git.example.com/team/mono@v2', 'v2', null],
    ['https://git.example.com/team/mono', null, null],
  ])('%s', (text, ref, subdir) => {
    expect(parseRepositoryUrl(text)).toMatchObject({ ref, subdir });
  });
});

describe('secrets in addresses', () => {
  it('are in nothing that is kept', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,20}$/), (secret) => {
        for (const url of [
          `https://user:${secret}@git.example.com/team/checkout.git#main`,
          `https://${secret}@git.example.com/team/checkout.git`,
          `https://git.example.com/team/checkout.git?access_token=${secret}`,
          `ssh://git:${secret}@git.example.com:7999/team/checkout.git`,
          `user:${secret}@git.example.com:team/checkout.git`,
        ]) {
          const parsed = parseRepositoryUrl(url);
          expect(parsed?.key).toBe('git.example.com/team/checkout');
          expect(JSON.stringify(parsed)).not.toContain(secret);
          expect(redactUrls(`cloned from "${url}" (again: ${url})`)).not.toContain(secret);
        }
      }),
    );
  });

  it('are taken out of texts, and the rest stays', () => {
    expect(redactUrls('see https://a:b@c.example/x and git@c.example:x')).toBe(
      'see https://c.example/x and git@c.example:x',
    );
    expect(redactUrls('https://a:p@ss@c.example/x')).toBe('https://c.example/x');
  });
});

describe('properties', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,12}$/).filter((text) => text.toLowerCase() !== 'a');
  it('scheme, user, port, case and .git never matter', () => {
    fc.assert(
      fc.property(name, name, fc.integer({ min: 1, max: 65_535 }), (owner, repository, port) => {
        fc.pre(!['scm', 'projects', 'users', 'a'].includes(owner));
        const key = `git.example.com/${owner}/${repository}`.toLowerCase();
        for (const url of [
          `https://git.example.com/${owner}/${repository}`,
          `https://me:secret@GIT.example.com:${port}/${owner}/${repository}.git`,
          `git@git.example.com:${owner}/${repository}.git`,
          `ssh://git@git.example.com:${port}/${owner.toUpperCase()}/${repository}/`,
        ])
          expect(repositoryKey(url)).toBe(key);
      }),
    );
  });

  it('a key names itself, and no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.webUrl(), (junk, url) => {
        for (const text of [junk, `https://${junk}`, `git@${junk}`, url]) {
          const parsed = parseRepositoryUrl(text);
          if (parsed !== null) expect(parsed.key).toBe(parsed.key.toLowerCase());
        }
      }),
    );
  });
});
