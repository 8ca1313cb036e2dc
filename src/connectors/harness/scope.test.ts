import { describe, expect, it } from 'vitest';
import { type Chosen, choose, projectKey, type Visible } from './scope.ts';

const visible: Visible = {
  organizations: [
    { identifier: 'default', name: 'default' },
    { identifier: 'pay', name: 'Payments' },
    { identifier: 'Payments', name: 'Old payments' },
    { identifier: 'lab', name: 'Research, new' },
  ],
  projects: [
    { organization: 'default', identifier: 'shop', name: 'Web Shop' },
    { organization: 'default', identifier: 'Shop', name: 'Another' },
    { organization: 'pay', identifier: 'ledger', name: 'Ledger' },
    { organization: 'pay', identifier: 'shop', name: 'Web Shop' },
    { organization: 'lab', identifier: 'try', name: 'Try' },
  ],
};

const chosen = (organizations: string[], projects: string[] = []): Chosen =>
  choose(visible, { organizations, projects });
const read = (...of: Parameters<typeof chosen>): string[] => chosen(...of).projects.map(projectKey);

describe('what is read', () => {
  it('is all that the key sees where nothing is named', () => {
    expect(read([])).toEqual(['default/shop', 'default/Shop', 'pay/ledger', 'pay/shop', 'lab/try']);
    expect([...chosen([]).organizations]).toEqual(['default', 'pay', 'Payments', 'lab']);
  });

  it('is all of the named organizations, by identifier first and by name second', () => {
    expect(read(['pay'])).toEqual(['pay/ledger', 'pay/shop']);
    // An identifier counts before the same word as a name of another.
    expect(read(['Payments'])).toEqual([]);
    expect(read(['Old payments', 'default'])).toEqual(['default/shop', 'default/Shop']);
  });

  it('is the named projects, of the organization before the slash', () => {
    expect(read([], ['pay/ledger', 'default/Shop'])).toEqual(['default/Shop', 'pay/ledger']);
    expect(read([], ['default/Web Shop'])).toEqual(['default/shop']);
    expect([...chosen([], ['pay/ledger']).organizations]).toEqual(['pay']);
  });

  it('without a slash is a project of any chosen organization', () => {
    expect(read([], ['shop'])).toEqual(['default/shop', 'pay/shop']);
    expect(read(['pay'], ['shop'])).toEqual(['pay/shop']);
    expect(chosen([], ['Web Shop']).ambiguous).toEqual([
      { entered: 'Web Shop', matches: ['default/shop', 'pay/shop'] },
    ]);
  });
});

describe('what matches nothing', () => {
  it('is told, as case matters, with what was most likely meant', () => {
    const { unmatched, suggestions } = chosen(['Default', 'Payment'], []);
    expect(unmatched.organizations).toEqual(['Default', 'Payment']);
    expect(suggestions).toEqual([
      { field: 'organizations', entered: 'Default', instead: 'default' },
      { field: 'organizations', entered: 'Payment', instead: 'Payments' },
    ]);
    const projects = chosen([], ['pay/Ledger ', 'PAY/ledgr', 'trY', 'x/y/z']);
    expect(projects.unmatched.projects).toEqual(['PAY/ledgr', 'trY', 'x/y/z']);
    expect(projects.suggestions).toEqual([
      { field: 'projects', entered: 'PAY/ledgr', instead: 'pay/ledger' },
      { field: 'projects', entered: 'trY', instead: 'lab/try' },
    ]);
  });

  it('only because its organization is not named is told as that, and not read', () => {
    const outside = chosen(['pay'], ['lab/try', 'pay/ledger']);
    expect([outside.outside, outside.unmatched.projects]).toEqual([['lab/try'], []]);
    expect(outside.projects.map(projectKey)).toEqual(['pay/ledger']);
    expect(chosen(['pay'], ['try']).outside).toEqual(['try']);
    expect(chosen(['pay'], ['pay/nothing']).outside).toEqual([]);
  });
});

it('a key of one project finds its organization by it', () => {
  const alone: Visible = { organizations: [], projects: [{ organization: 'pay', identifier: 'ledger', name: null }] };
  const { projects, unmatched } = choose(alone, { organizations: ['pay'], projects: [] });
  expect([projects.length, unmatched.organizations]).toEqual([1, []]);
});
