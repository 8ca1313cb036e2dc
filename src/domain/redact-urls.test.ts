import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactUrls } from './redact-urls.ts';
import { parseRepositoryUrl } from './repository-url.ts';

/** Every way in which an address with a user name and a password was seen, or could be written. */
const forms: readonly ((user: string, password: string) => string)[] = [
  (user, password) => `https://${user}:${password}@git.example.com/team/checkout.git#main`,
  (_, password) => `https://${password}@git.example.com/team/checkout.git`,
  (_, password) => `https://git.example.com/team/checkout.git?access_token=${password}`,
  (_, password) => `https://git.example.com/team/checkout.git#private_token=${password}`,
  (user, password) => `ssh://${user}:${password}@git.example.com:7999/team/checkout.git`,
  (user, password) => `${user}:${password}@git.example.com:team/checkout.git`,
  (user, password) => `scm:git:https://${user}:${password}@git.example.com/team/checkout`,
  (user, password) => `scm:git:${user}:${password}@git.example.com:team/checkout`,
  (user, password) => `scm:git:git:${password}@git.example.com:team/${user}`,
  (user, password) => `scm:git|https://${user}:${password}@[2001:db8::1]:8443/team/checkout`,
  (user, password) => `git:https://${user}:${password}@git.example.com/team/checkout`,
  (user, password) => `git+https://${user}:${password}@localhost/team/checkout@v1`,
  (user, password) => `//${user}:${password}@git.example.com/team/checkout`,
  (user, password) => `https:/${user}:${password}@git.example.com/team/checkout`,
  (user, password) => `ssh://scm/git:https:/${user}:${password}@git.example.com/team/checkout`,
  (user, password) => `https:${user}:${password}@git.example.com/team/checkout`,
  (user, password) => String.raw`https:\\${user}:${password}@git.example.com\team`,
  (user, password) => String.raw`{"url":"https:\/\/${user}:${password}@localhost\/team"}`,
  (user, password) => `https://proxy.example.com/?url=https%3A%2F%2F${user}%3A${password}%40git.example.com%2Fteam`,
  (user, password) => `pkg:docker/x?vcs_url=git%2Bhttps%253A%252F%252F${user}%253A${password}%2540git.example.com`,
  (user, password) => `jdbc:postgresql://${user}:${password}@db.example.com/app`,
  (user, password) => `https://${user}:pa/${password}@git.example.com/team`,
  (user, password) => `https://${user}:pa?${password}@git.example.com/team`,
  (user, password) => `https://${user}:it's"${password}@git.example.com/team`,
  (user, password) => `https://${user}:p@${password}@git.example.com/team`,
  (user, password) => `${user}:p@${password}@git.example.com:team`,
  (user, password) => `${user}:p/${password}==@git.example.com:team`,
  (user, password) => `VCS_URL=${user}:${password}@git.example.com:team`,
  (user, password) => `${user}:${password}@git.example.com`,
];
const secrets = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
const user = 'robotuser';

describe('secrets in addresses', () => {
  it.each(forms.map((form) => [form(user, 'PASSWORD'), form] as const))('are not left in %s', (_, form) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        for (const text of [
          form(user, secret),
          `cloned from "${form(user, secret)}", again: ${form(user, secret)} done`,
        ])
          expect(redactUrls(text)).not.toContain(secret);
        const parsed = parseRepositoryUrl(form(user, secret));
        expect(redactUrls(parsed?.display ?? '')).not.toContain(secret);
        expect(parsed?.key ?? '').not.toContain(secret.toLowerCase());
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['see https://a:b@c.example/x and git@c.example:x', 'see https://c.example/x and git@c.example:x'],
    ['https://a:p@ss@c.example/x', 'https://c.example/x'],
    ['scm:git:https://user:password@c.example/x', 'scm:git:https://c.example/x'],
    ['jo:secret@c.example:x', 'c.example:x'],
    ['see scm:git:jo:secret@c.example:x', 'see scm:git:c.example:x'],
    ['https://to&ken@c.example/x', 'https://c.example/x'],
    [':secret@c.example:x', 'c.example:x'],
    ['jo:secret@localhost and jo:secret@localhost', 'localhost and localhost'],
    ['jo:secret:@c.example:x', 'c.example:x'],
    ['jo:p/ss@localhost:team', 'localhost:team'],
    ['jo:secret@c.example/x@v1.2', 'c.example/x@v1.2'],
    ['jo:secret@c.example:x sha256:0123456789abcdef', 'c.example:x sha256:0123456789abcdef'],
    ['jo:secret@sha256:abc', 'sha256:abc'],
    ['jo:secret@[2001:db8::1]:x', '[2001:db8::1]:x'],
    ['https://c.example/x?access_token=abc&y=1', 'https://c.example/x?access_token=redacted&y=1'],
    ['x?url=https%3A%2F%2Fu%3Ap%40c.example%2Fteam', 'x?url=https%3A%2F%2Fc.example%2Fteam'],
    [
      'x?url=https%253A%252F%252Fu%252540x%253Ap%2540c.example%252Fteam',
      'x?url=https%253A%252F%252Fc.example%252Fteam',
    ],
  ])('are taken out of %s, and the rest stays', (text, expected) => {
    expect(redactUrls(text)).toBe(expected);
  });

  it.each([...'=(,;{['])('are taken out behind a “%s”, which stays', (opening) => {
    expect(redactUrls(`X${opening}jo:secret@c.example:x`)).toBe(`X${opening}c.example:x`);
  });

  it.each([
    'git@github.com:org/repo.git',
    'scm:git:git@github.com:org/repo.git',
    'git+https://github.com/org/repo@refs/heads/main',
    'https://github.com/org/repo/.github/workflows/build.yml@refs/tags/v1.2.3',
    'https://git.example.com:8443/team/checkout@v1.2.3',
    'registry.example.com:5000/team/checkout:1.2@sha256:0123456789abcdef',
    'checkout:1.2@sha256:0123456789abcdef',
    'pkg:docker/127.0.0.1%3A5100/team/checkout@min-v02?platform=linux%2Famd64',
    'pkg:npm/left-pad@1.0.0',
    'Jo <jo@example.com>, mailto:jo@example.com',
    'git.example.com:team/checkout@refs/heads/main',
    'at 12:30:05 the registry https://r.example.com:5000 answered',
    'C:/builds/checkout',
    'npm:@types/node',
    'a:b@/c.example',
    'https://git%40example.com/team',
    'https://[2001:db8::1]:5000/team/checkout@v1',
    'x?url=https%3A%2F%2Fgit.example.com%2Fteam%40v1',
    'x?url=https%253A%252F%252Fgit.example.com%252Fteam%2540v1',
    'monkey=1',
    ...['http', 'https', 'ssh', 'ftp', 'svn', 'pkg', 'mailto', 'acct'].map((scheme) => `${scheme}:c.example/x@v1.2`),
  ])('are none in %s', (text) => {
    expect(redactUrls(text)).toBe(text);
  });

  it('are found once: what was redacted stays as it is, whatever the text', () => {
    const pieces = fc.constantFrom(
      '//',
      ':',
      '/',
      '@',
      'a',
      'b.c',
      '%2F',
      '%40',
      ' ',
      '"',
      '=',
      '?token=',
      'scm:',
      '[',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (words) => {
        const once = redactUrls(words.join(''));
        expect(once.length).toBeLessThanOrEqual(words.join('').length + words.length * 8);
      }),
    );
  });

  it('cost no more than the text is long', () => {
    for (const piece of ['//', '//a:b', ':/', '@', 'a:b@', '%2F%2F', '?token', 'scm:', 'token=', ':a/'])
      expect(redactUrls(piece.repeat(20_000)).length).toBeGreaterThan(0);
  });
});
