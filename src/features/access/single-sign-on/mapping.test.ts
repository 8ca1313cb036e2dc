import { describe, expect, it } from 'vitest';
import type { GroupMapping } from './contract.ts';
import { givenBy, groupsOf } from './mapping.ts';

const mapping = (group: string, role: GroupMapping['role'], node: number | null = null): GroupMapping => ({
  group,
  role,
  node,
});
const rules = {
  groups: [
    mapping('admins', 'admin'),
    mapping('everybody', 'viewer'),
    mapping('leads-payments', 'team_manager', 7),
    mapping('payments', 'viewer', 7),
    mapping('ledger', 'viewer', 9),
  ],
  defaultRole: null,
};

describe('what groups of the provider give', () => {
  it('is the greatest role for the whole organization', () => {
    expect(givenBy(rules, ['everybody', 'admins'])).toEqual({ role: 'admin', nodes: null });
  });

  it('is a role for the nodes of all its groups', () => {
    expect(givenBy(rules, ['ledger', 'payments'])).toEqual({ role: 'viewer', nodes: [7, 9] });
    expect(givenBy(rules, ['leads-payments'])).toEqual({ role: 'team_manager', nodes: [7] });
  });

  it('never carries the greater role of one node to another', () => {
    expect(givenBy(rules, ['leads-payments', 'ledger'])).toEqual({ role: 'viewer', nodes: [7, 9] });
    expect(givenBy(rules, ['leads-payments', 'everybody'])).toEqual({ role: 'viewer', nodes: null });
  });

  it('is no access where none matches, none are told, or case differs', () => {
    expect(givenBy(rules, ['others', 'Admins', 'admins '])).toBe('no_access');
    expect(givenBy(rules, [])).toBe('no_access');
    expect(givenBy(rules, undefined)).toBe('groups_missing');
  });

  it('is the default where a setting says so', () => {
    const open = { ...rules, defaultRole: 'viewer' as const };
    expect(givenBy(open, undefined)).toEqual({ role: 'viewer', nodes: null });
    expect(givenBy(open, ['others'])).toEqual({ role: 'viewer', nodes: null });
    expect(givenBy(open, ['ledger'])).toEqual({ role: 'viewer', nodes: [9] });
  });
});

describe('the groups claim', () => {
  it('is a list of names, one name, or a member of a member', () => {
    expect(groupsOf({ groups: ['a', 'b'] }, 'groups')).toEqual(['a', 'b']);
    expect(groupsOf({ groups: 'a' }, 'groups')).toEqual(['a']);
    expect(groupsOf({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(['a']);
    expect(groupsOf({ 'https://example.com/groups': ['a'] }, 'https://example.com/groups')).toEqual(['a']);
  });

  it.each([{}, { groups: null }, { groups: 7 }, { groups: ['a', 7] }, { groups: { a: true } }])(
    'is missing in %j',
    (claims) => expect(groupsOf(claims, 'groups')).toBeUndefined(),
  );

  it('is never something every object has', () => {
    expect(groupsOf({}, 'constructor.name')).toBeUndefined();
    expect(groupsOf({}, '__proto__')).toBeUndefined();
  });
});
