import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lacksRights, parseChallenges } from './challenges.ts';

const bearer = { realm: 'https://auth.example.com/token', service: 'reg', scope: 'repository:a/b:pull,push' };
const written = `realm="${bearer.realm}",service="${bearer.service}",scope="${bearer.scope}"`;

describe('challenges', () => {
  it.each<[string, ReturnType<typeof parseChallenges>]>([
    ['Basic realm="registry"', [{ scheme: 'basic', parameters: { realm: 'registry' } }]],
    [`Bearer ${written}`, [{ scheme: 'bearer', parameters: bearer }]],
    [
      'bearer realm=https://x/t, error="insufficient_scope"',
      [{ scheme: 'bearer', parameters: { realm: 'https://x/t', error: 'insufficient_scope' } }],
    ],
    ['Bearer realm="a\\"b"', [{ scheme: 'bearer', parameters: { realm: 'a"b' } }]],
    ['Negotiate', [{ scheme: 'other', parameters: {} }]],
    [
      `Basic realm="Artifactory Realm", Bearer ${written}`,
      [
        { scheme: 'basic', parameters: { realm: 'Artifactory Realm' } },
        { scheme: 'bearer', parameters: bearer },
      ],
    ],
    [
      `Bearer ${written}, Basic realm="a, Bearer realm=b"`,
      [
        { scheme: 'bearer', parameters: bearer },
        { scheme: 'basic', parameters: { realm: 'a, Bearer realm=b' } },
      ],
    ],
    [
      'Negotiate YII9aG+k/w==, NTLM, BASIC Realm = "x" , charset="UTF-8"',
      [
        { scheme: 'other', parameters: {} },
        { scheme: 'other', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'x', charset: 'UTF-8' } },
      ],
    ],
    [
      'Basic realm="x" Bearer realm="y"',
      [
        { scheme: 'basic', parameters: { realm: 'x' } },
        { scheme: 'bearer', parameters: { realm: 'y' } },
      ],
    ],
    [', ,Basic realm="open', [{ scheme: 'basic', parameters: { realm: 'open' } }]],
    ['Basic realm="x", "junk"', [{ scheme: 'basic', parameters: { realm: 'x' } }]],
  ])('%s', (header, expected) => {
    expect(parseChallenges(header)).toEqual(expected);
  });

  it.each([undefined, '', '   ', ',', '"'])('%j has none', (header) => {
    expect(parseChallenges(header)).toEqual([]);
  });

  it('lack rights when one of them says so', () => {
    expect(lacksRights(parseChallenges('Basic realm="x", Bearer realm="y",error="insufficient_scope"'))).toBe(true);
    expect(lacksRights(parseChallenges('Bearer realm="y",error="invalid_token"'))).toBe(false);
  });

  it('of any text are read without an error', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => Array.isArray(parseChallenges(text))));
  });
});
