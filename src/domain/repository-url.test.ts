import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRepositoryUrl, repositoryKey } from './repository-url.ts';

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
    ['git@[2001:db8::1]:team/checkout.git', '[2001:db8::1]/team/checkout'],
    ['ssh://git@[2001:DB8:0::1]:7999/team/checkout.git', '[2001:db8::1]/team/checkout'],
    ['https://u:p@[2001:db8::1]/team/checkout', '[2001:db8::1]/team/checkout'],
    ['git+ssh://git@[::ffff:10.0.0.1]:22/team/checkout.git', '[::ffff:a00:1]/team/checkout'],
    ['https://github.example.com/Org/Repo/tree/main/src', 'github.example.com/org/repo'],
    ['https://github.example.com/org/repo/blob/main/README.md', 'github.example.com/org/repo'],
    ['https://github.example.com/org/repo/pull/12', 'github.example.com/org/repo'],
    ['https://github.example.com/org/repo/commit/890590b3', 'github.example.com/org/repo'],
    ['https://github.example.com/org/repo/actions/runs/7', 'github.example.com/org/repo'],
    ['https://gitea.example.com/org/repo/src/branch/main/docs', 'gitea.example.com/org/repo'],
    ['https://gitea.example.com/org/repo/src/commit/890590b3', 'gitea.example.com/org/repo'],
    ['https://gitea.example.com/org/repo/pulls/3', 'gitea.example.com/org/repo'],
    ['https://example.com/gitea/org/repo/releases/tag/v1', 'example.com/gitea/org/repo'],
    ['https://gitlab.example.com/group/sub/repo/tree/main', 'gitlab.example.com/group/sub/repo'],
    // Words of pages that are names here.
    ['https://git.example.com/org/tree', 'git.example.com/org/tree'],
    ['https://git.example.com/group/sub/commit', 'git.example.com/group/sub/commit'],
    ['https://git.example.com/group/src/app.git', 'git.example.com/group/src/app'],
    ['scm:git:https://git.example.com/Team/Checkout.git', 'git.example.com/team/checkout'],
    ['scm:git:https://user:password@git.example.com/team/checkout', 'git.example.com/team/checkout'],
    ['scm:git:git@github.com:org/repo.git', 'github.com/org/repo'],
    ['scm:git|ssh://git@git.example.com:7999/team/checkout.git', 'git.example.com/team/checkout'],
    ['scm:git:git://github.com/org/repo.git', 'github.com/org/repo'],
    ['scm:https://github.com/org/repo', 'github.com/org/repo'],
    [
      'scm:git:[fetch=]https://git.example.com/team/b.git[push=]ssh://git@git.example.com/c/d.git',
      'git.example.com/team/b',
    ],
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
    'https:/user:password@git.example.com/team/checkout',
    'scm:git:',
    'git@[2001:db8::zz]:team/checkout',
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

describe('an address of Azure', () => {
  it.each([
    ['git@ssh.dev.azure.com:v3/org/project/name', 'dev.azure.com/org/project/name'],
    ['org@vs-ssh.visualstudio.com:v3/org/project/name', 'dev.azure.com/org/project/name'],
    ['https://dev.azure.com/org/project/_git/name', 'dev.azure.com/org/project/name'],
    ['https://dev.azure.com/org/_git/name', 'dev.azure.com/org/name/name'],
    ['https://dev.azure.com/org/project/name', 'dev.azure.com/org/project/name'],
  ])('%s', (text, key) => {
    expect(repositoryKey(text)).toBe(key);
  });
  it.each([
    'git@ssh.dev.azure.com:v3/org/project',
    'git@ssh.dev.azure.com:v3/org',
    'git@ssh.dev.azure.com:v3',
    'https://dev.azure.com/org/project',
    'https://dev.azure.com/org',
    'https://dev.azure.com/org/_git',
    'https://dev.azure.com/org/project/_git',
  ])('%s names no repository', (text) => {
    expect(repositoryKey(text)).toBeNull();
  });
});

describe('the end of a name', () => {
  it('is .git, once and only there', () => {
    expect(repositoryKey('https://git.example.com/team/a.github')).toBe('git.example.com/team/a.github');
    expect(repositoryKey('https://git.example.com/team/a.GIT')).toBe('git.example.com/team/a');
  });
  it('is no blank around the text', () => {
    expect(repositoryKey('  https://git.example.com/team/a \n')).toBe('git.example.com/team/a');
    expect(repositoryKey(' \n ')).toBeNull();
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
