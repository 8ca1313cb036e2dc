import { expect, it } from 'vitest';
import { createMatcher } from './match.ts';

const people = [
  { id: 1, name: 'Ada Lovelace', email: 'ada@x.test' },
  { id: 2, name: 'Bob Noyce', email: 'bnoyce@x.test' },
  { id: 3, name: 'Eve Ng', email: 'eve@x.test' },
  { id: 4, name: 'Eve  Ng', email: 'eve@y.test' },
];
const match = createMatcher(people);
const found = (value: string, display: string | null = null): [number, string] | null => {
  const proposal = match(value, display);
  return proposal === null ? null : [proposal.person.id, proposal.reason];
};

it('proposes whose an account is, the surest reason first', () => {
  expect(found('ADA@x.test')).toEqual([1, 'email']);
  expect(found('BNoyce')).toEqual([2, 'login']);
  expect(found('bob.noyce')).toEqual([2, 'name']);
  expect(found('u1234', 'Noyce, Bob')).toEqual([2, 'name']);
  expect(found('ada@x.test', 'Bob Noyce')).toEqual([1, 'email']);
  expect(found('bob.noyce@home.test')).toEqual([2, 'name']);
});

it('proposes nobody where two fit, or where only the beginning of another mailbox does', () => {
  expect(found('eve')).toBeNull();
  expect(found('u5', 'Eve Ng')).toBeNull();
  expect(found('eve@y.test')).toEqual([4, 'email']);
  expect(found('bnoyce@home.test')).toBeNull();
  expect(found('', '')).toBeNull();
  expect(found('constructor', '__proto__')).toBeNull();
});
