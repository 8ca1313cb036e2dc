import { describe, expect, it } from 'vitest';
import type { CredentialRow } from '../store/credentials.ts';
import { chooseCredential, endOf, standingOf } from './model.ts';

const now = new Date('2026-11-21T10:00:00Z');
const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000);

function row(id: number, more: Partial<CredentialRow> = {}): CredentialRow {
  return {
    id,
    integrationId: 1,
    label: `c${id}`,
    kind: 'user',
    sealed: {},
    lastFour: null,
    expiresAt: null,
    expirationDate: null,
    disabledAt: null,
    disabledCode: null,
    deletedAt: null,
    pausedUntil: null,
    lastUsedAt: null,
    changedAt: now,
    createdAt: now,
    ...more,
  };
}

const disabled = (code: string): Partial<CredentialRow> => ({ disabledAt: inDays(-1), disabledCode: code });

describe('the end of a credential', () => {
  it('is the earlier of what the other system told and a person declared', () => {
    expect(endOf(row(1))).toBe(null);
    expect(endOf(row(1, { expiresAt: inDays(9), expirationDate: inDays(3) }))).toEqual(inDays(3));
    expect(endOf(row(1, { expiresAt: inDays(2), expirationDate: inDays(3) }))).toEqual(inDays(2));
  });

  it.each([
    ['ready', {}],
    ['ready', { expiresAt: inDays(14.1) }],
    ['expiring', { expiresAt: inDays(14) }],
    ['expiring', { expirationDate: inDays(0.1) }],
    ['expired', { expirationDate: now }],
    ['disabled', { ...disabled('by_person'), expirationDate: inDays(-1) }],
  ] as const)('makes it %s', (standing, more) => expect(standingOf(row(1, more), now)).toBe(standing));
});

const choices: [why: string, rows: CredentialRow[], spread: number | undefined, same: number | undefined][] = [
  ['none', [], undefined, undefined],
  ['the only one', [row(1)], 1, 1],
  ['one never used before one that was', [row(1, { lastUsedAt: inDays(-1) }), row(2)], 2, 1],
  [
    'the one used longest ago',
    [row(1, { lastUsedAt: inDays(-1) }), row(2, { lastUsedAt: inDays(-3) }), row(3, { lastUsedAt: inDays(-2) })],
    2,
    1,
  ],
  ['not one that is paused', [row(1, { pausedUntil: inDays(1) }), row(2, { lastUsedAt: now })], 2, 2],
  ['one whose pause is over', [row(1, { pausedUntil: inDays(-1) }), row(2, { lastUsedAt: now })], 1, 1],
  ['of paused ones the soonest', [row(1, { pausedUntil: inDays(2) }), row(2, { pausedUntil: inDays(1) })], 2, 2],
  ['not one past its end', [row(1, { expiresAt: inDays(-1) }), row(2, { lastUsedAt: now })], 2, 2],
  ['a paused one before one past its end', [row(1, { expiresAt: inDays(-1) }), row(2, { pausedUntil: now })], 2, 2],
  ['one past its end before none', [row(1, { expiresAt: inDays(-1) }), row(2, disabled('by_person'))], 1, 1],
  ['not one that was refused', [row(1, disabled('invalid_credentials')), row(2, { lastUsedAt: now })], 2, 2],
  [
    'a refused one when there is no other, the longest ago first',
    [
      row(1, { ...disabled('invalid_credentials'), lastUsedAt: now }),
      row(2, { ...disabled('expired_credentials'), lastUsedAt: inDays(-1) }),
    ],
    2,
    2,
  ],
  ['of two used at the same time the older one', [row(2, { lastUsedAt: now }), row(1, { lastUsedAt: now })], 1, 1],
  ['one whose pause ends now', [row(1, { pausedUntil: now }), row(2, { lastUsedAt: now })], 1, 1],
  [
    'of those past their end the one that ended last',
    [row(1, { expiresAt: inDays(-3) }), row(2, { expiresAt: inDays(-1) })],
    2,
    2,
  ],
  [
    'a refused one before one that a person switched off',
    [row(1, disabled('by_person')), row(2, disabled('expired_credentials'))],
    2,
    2,
  ],
  ['never one that a person switched off', [row(1, disabled('by_person'))], undefined, undefined],
  ['never one entered for another address', [row(1, disabled('address_changed'))], undefined, undefined],
];

describe('a task takes', () => {
  it.each(choices)('%s', (_why, rows, spread, same) => {
    expect(chooseCredential(rows, 'spread', now)?.id).toBe(spread);
    expect(chooseCredential(rows, 'same', now)?.id).toBe(same);
  });
});
