import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  can,
  lesserRole,
  may,
  permissionsFor,
  permissionsOfActor,
  reaches,
  requireGoodPassword,
  type Role,
} from './model.ts';
import { looksLikeApiToken, newApiToken } from './opaque-tokens.ts';
import { hashPassword, passwordCost, verifyPassword } from './passwords.ts';
import type { Permission } from './route.ts';

const roles: Role[] = ['viewer', 'team_manager', 'admin'];

describe('roles', () => {
  it('are nested: each holds what the one below it holds', () => {
    for (const [index, role] of roles.entries()) {
      const below = roles[index - 1];
      if (below === undefined) continue;
      expect(permissionsFor(role)).toEqual(expect.arrayContaining(permissionsFor(below)));
      expect(permissionsFor(role).length).toBeGreaterThan(permissionsFor(below).length);
    }
  });

  it('give viewers reading only, and neither accounts nor audit', () => {
    expect(permissionsFor('viewer').filter((permission) => !permission.endsWith(':read'))).toEqual([]);
    expect(can('viewer', 'users:read') || can('viewer', 'audit:read')).toBe(false);
    // Of a pipeline, which is no administrator and has its pull requests analysed.
    expect(permissionsFor('team_manager').filter((permission) => !permission.endsWith(':read'))).toEqual([
      'companions:write',
      'identities:write',
      'team_settings:write',
      'deployments:report',
    ]);
  });

  it('are this table, and nothing else', () => {
    const read = 'deployments findings images insights integrations people policy runs settings sql teams'
      .split(' ')
      .map((room) => `${room}:read`);
    const accounts = ['audit:read', 'users:read'];
    const managed = ['companions:write', 'deployments:report', 'identities:write', 'team_settings:write'];
    const write =
      'analysts companions identities integrations people policy runs settings team_settings teams tokens users'
        .split(' ')
        .map((room) => `${room}:write`);
    expect(permissionsFor('viewer').toSorted()).toEqual(read);
    expect(permissionsFor('team_manager').toSorted()).toEqual([...read, ...accounts, ...managed].toSorted());
    expect(permissionsFor('admin').toSorted()).toEqual(
      [...read, ...accounts, ...write, 'deployments:report'].toSorted(),
    );
  });

  it('leave a token of one purpose nothing but that, and nothing at all where the role may not', () => {
    for (const role of roles) {
      const rights = permissionsOfActor({ role, only: 'deployments' });
      expect([role, rights]).toEqual([role, role === 'viewer' ? [] : ['deployments:report']]);
      expect(may({ role, only: 'deployments' }, 'signed_in')).toBe(false);
      expect(may({ role }, 'signed_in')).toBe(true);
    }
  });

  it('leave who works in some teams what has a part that is theirs, and nothing else', () => {
    const rights = 'deployments findings images insights people teams'.split(' ').map((room) => `${room}:read`);
    expect(permissionsOfActor({ role: 'viewer', within: [[1]] }).toSorted()).toEqual(rights);
    expect(permissionsOfActor({ role: 'team_manager', within: [[1]] }).toSorted()).toEqual(
      [...rights, 'team_settings:write'].toSorted(),
    );
  });

  it('let who works in some teams past no route about the whole organization', () => {
    expect(reaches({ role: 'viewer', within: [] }, 'organization')).toBe(false);
    expect(reaches({ role: 'admin', within: [[1]] }, 'organization')).toBe(false);
    expect(reaches({ role: 'viewer' }, 'organization')).toBe(true);
    expect((['rows', 'own'] as const).map((scope) => reaches({ role: 'viewer', within: [[1]] }, scope))).toEqual([
      true,
      true,
    ]);
  });

  it('intersect to the rights both have', () => {
    for (const a of roles) {
      for (const b of roles) {
        const both = permissionsFor(a).filter((permission: Permission) => can(b, permission));
        expect(permissionsFor(lesserRole(a, b)).sort()).toEqual(both.sort());
      }
    }
  });
});

describe('a password', () => {
  it.each([
    ['elevenchars', '11 of at least 12'],
    ['😀😀😀😀😀😀', '6 of at least 12'],
    ['aaaaaaaaaaaaaaaa', 'fewer than five different'],
    ['ada.lovelace@example.com', 'the e-mail address'],
    ['Ada.Lovelace1234', 'the e-mail address'],
    ['x'.repeat(10) + 'abcdefgh'.repeat(40), 'more than 256'],
  ])('%s is refused with the rule', (password, words) => {
    expect(() => requireGoodPassword(password, 'ada.lovelace@example.com')).toThrow(words);
  });

  it.each(['correct horse battery', 'пароль-на-русском', '12345 67890 12345'])('%s is accepted', (password) => {
    expect(() => requireGoodPassword(password, 'ada.lovelace@example.com')).not.toThrow();
  });

  it.each([
    ['abcde1234567', 'x@example.org'],
    ['abcde'.repeat(51) + 'f', 'x@example.org'],
    ['aaaaaaaabcde', 'x@example.org'],
    // Beside the account's name six more characters are enough, and a short name is no word to look for.
    ['abcdef123456', 'abcdef@example.org'],
    ['abcdeabcde12', 'abcde@example.org'],
  ])('%s is just good enough for %s', (password, email) => {
    expect(() => requireGoodPassword(password, email)).not.toThrow();
  });

  it.each([
    ['abcde123456', 'x@example.org', '11 of at least 12'],
    ['abcde'.repeat(51) + 'fg', 'x@example.org', 'more than 256'],
    ['aaaaaaaaabcd', 'x@example.org', 'fewer than five different'],
    ['ABCDEFabcdef12345', 'abcdef@example.org', 'the e-mail address'],
    ['Ada@Example.org', 'ada@example.org', 'the e-mail address'],
  ])('%s is just too little for %s', (password, email, words) => {
    expect(() => requireGoodPassword(password, email)).toThrow(words);
  });

  it('is kept as argon2id with a salt of its own', async () => {
    const [a, b] = await Promise.all([
      hashPassword('secret words', passwordCost),
      hashPassword('secret words', passwordCost),
    ]);
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(a).not.toBe(b);
    expect(await verifyPassword('secret words', a, passwordCost)).toBe(true);
    expect(await verifyPassword('secret word', a, passwordCost)).toBe(false);
  });

  it('keeps working after the cost was raised, and typed in another composition', async () => {
    const old = await hashPassword('Zoë’s password', { memory: 64, passes: 1 });
    expect(await verifyPassword('Zoe\u0308’s password', old, passwordCost)).toBe(true);
  });

  it('never fits where there is no account, and a damaged hash is an error', async () => {
    const cheap = { memory: 64, passes: 1 };
    expect(await verifyPassword('', undefined, cheap)).toBe(false);
    await expect(verifyPassword('x', 'plain text', cheap)).rejects.toThrow('PHC');
  });
});

describe('an API token', () => {
  it('is recognised by its checksum; one wrong character shows', () => {
    const token = newApiToken();
    expect(looksLikeApiToken(token)).toBe(true);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0123456789abcdefXYZ_-'), (at, character) => {
        const other = token.slice(0, at) + character + token.slice(at + 1);
        return other === token || !looksLikeApiToken(other);
      }),
    );
  });
});
