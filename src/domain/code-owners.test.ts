import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderOwners, ownerKey, parseCodeOwners } from './code-owners.ts';

const ownersIn = (folder: string, ...lines: string[]): readonly string[] =>
  folderOwners(parseCodeOwners(lines.join('\n')).rules, folder);

describe('a file of code owners', () => {
  it('says of a folder what its last rule for all of it says', () => {
    const file = ['* @all', 'apps/pay @@payments lead@example.com', '*.md @writers', 'apps/pay/web/ @web'];
    expect(ownersIn('', ...file)).toEqual(['@all']);
    expect(ownersIn('apps', ...file)).toEqual(['@all']);
    expect(ownersIn('apps/pay', ...file)).toEqual(['@@payments', 'lead@example.com']);
    expect(ownersIn('apps/pay/web', ...file)).toEqual(['@web']);
    expect(ownersIn('apps/pay', ...file, '* @everybody')).toEqual(['@everybody']);
    expect(ownersIn('apps/pay', ...file, '/apps/pay')).toEqual([]);
    expect(ownersIn('apps/pay', ...file, '!apps/pay/ @all')).toEqual([]);
    expect(ownersIn('other', '*.md @writers')).toEqual([]);
  });

  it.each([
    ['*', '', true],
    ['**', '', true],
    ['**/*', '', true],
    ['/', '', true],
    ['/**', '', true],
    ['/*', '', false],
    ['*/', '', false],
    ['*.*', '', false],
    ['?', '', false],
    ['src/', '', false],
    ['*', 'apps/pay', true],
    ['apps', 'apps/pay', true],
    ['apps/', 'apps/pay', true],
    ['pay', 'apps/pay', true],
    ['pay', 'apps/payments', false],
    ['/pay', 'apps/pay', false],
    ['apps/pay', 'x/apps/pay', false],
    ['**/apps/pay', 'x/apps/pay', true],
    ['apps/*', 'apps', false],
    ['apps/*', 'apps/pay', false],
    ['/*', 'apps', false],
    ['apps/**', 'apps', true],
    ['apps/**', 'apps/pay', true],
    ['apps/*/', 'apps/pay', true],
    ['apps/*/web', 'apps/pay/web', true],
    ['apps/*/web', 'apps/pay', false],
    ['apps/pay*', 'apps/payments', true],
    ['apps/p?y', 'apps/pay', true],
    ['apps/pay/*.ts', 'apps/pay', false],
    ['apps/pay/**/*', 'apps/pay', true],
    ['Apps/pay', 'apps/pay', false],
  ])('%s takes all of “%s”: %s', (pattern, folder, takes) => {
    expect(ownersIn(folder, `${pattern} @one`)).toEqual(takes ? ['@one'] : []);
  });

  it('knows comments, quotes, escapes, groups and e-mail addresses', () => {
    const { rules, notUnderstood } = parseCodeOwners(
      [
        '# who owns what',
        '',
        '@@@Pay @Ada @@"Dev Ops" @@Core',
        '@@@core @@pay bob@Example.com\r',
        '*   @@Pay\t@ada # all of it',
        '"a folder/b" @"Paul the First"',
        String.raw`\#odd\ name/ @x`,
        'CODEOWNERS.toplevel.assignment_routing random 1',
      ].join('\n'),
    );
    expect(rules).toEqual([
      { line: 5, pattern: '*', owners: ['@@pay', '@ada', '@@dev ops', '@@core', 'bob@example.com'] },
      { line: 6, pattern: 'a folder/b', owners: ['@paul the first'] },
      { line: 7, pattern: '#odd name/', owners: ['@x'] },
    ]);
    expect(notUnderstood).toBe(0);
    expect(ownerKey(' @"Paul the First" ')).toBe('@paul the first');
  });

  it('counts what it does not understand, and goes by none of it', () => {
    const lines = ['* alice', 'src/{a,b} @x', 'src/[ab] @x', '[Section]', String.raw`a\*b @x`, '"open @x', '! @x'];
    expect(parseCodeOwners(lines.join('\n'))).toEqual({ rules: [], notUnderstood: lines.length });
    expect(ownersIn('', '* @all', ...lines)).toEqual(['@all']);
  });

  const hostile = fc.string({ unit: fc.constantFrom(...'@*?/!#"\\\n {[ab'), maxLength: 80 });

  it('takes any text, and as many steps as it has characters and groups', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, folder) => {
        for (const { owners } of parseCodeOwners(text).rules) expect(owners.length).toBeLessThanOrEqual(100);
        folderOwners(parseCodeOwners(text).rules, folder);
      }),
    );
    const circle = Array.from({ length: 2_000 }, (_nothing, n) => `@@@g${n} @@g${(n + 1) % 2_000} @@g0 @u${n}`);
    expect(parseCodeOwners([...circle, '* @@g0'].join('\n')).rules[0]?.owners).toHaveLength(100);
    expect(ownersIn('a'.repeat(500), `${'*a'.repeat(74)}b @x`)).toEqual([]);
    expect(parseCodeOwners(`${'*'.repeat(151)} @x`)).toEqual({ rules: [], notUnderstood: 1 });
    expect(parseCodeOwners(`${'a'.repeat(301)} @x`)).toEqual({ rules: [], notUnderstood: 1 });
  });
});
