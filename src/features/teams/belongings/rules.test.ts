import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProjectRule } from './contract.ts';
import { compileRule, type RuledProject, takenBy, unreadBy } from './rules.ts';

const owned = (...owners: string[]) => ({ owners: () => owners, ownersUnread: false });

const projects: RuledProject[] = [
  {
    id: 1,
    integrationId: 1,
    key: 'pay:ledger',
    tags: ['payments', 'core'],
    tagsUnread: false,
    repository: 'PAY/ledger',
    ...owned('@@payments', 'ann@x.test'),
  },
  {
    id: 2,
    integrationId: 1,
    key: 'pay:gateway',
    tags: [],
    tagsUnread: true,
    repository: 'PAY/Gateway',
    ...owned(),
    ownersUnread: true,
  },
  { id: 3, integrationId: 1, key: 'shop', tags: ['payments'], tagsUnread: true, repository: null, ...owned() },
  {
    id: 4,
    integrationId: 2,
    key: 'Pay:old',
    tags: [],
    tagsUnread: false,
    repository: 'OLD/pay',
    ...owned('@@payments-old'),
  },
];

const keys = (kind: ProjectRule['kind'], value: string): string[] =>
  projects.filter(compileRule({ kind, value })).map(({ key }) => key);

it('takes projects by key, pattern, tag, bound repository or owner of its folder', () => {
  expect(keys('key', 'pay:ledger')).toEqual(['pay:ledger']);
  expect(keys('key', 'pay:*')).toEqual([]);
  expect(keys('glob', 'pay:*')).toEqual(['pay:ledger', 'pay:gateway']);
  expect(keys('tag', 'payments')).toEqual(['pay:ledger', 'shop']);
  expect(keys('tag', 'pay')).toEqual([]);
  expect(keys('repository', 'pay/*')).toEqual(['pay:ledger', 'pay:gateway']);
  expect(keys('repository', '*/*')).not.toContain('shop');
  expect(keys('owner', '@@Payments')).toEqual(['pay:ledger']);
  expect(keys('owner', 'Ann@x.test')).toEqual(['pay:ledger']);
  expect(keys('owner', 'payments')).toEqual([]);
});

it('says of which projects a rule by tag or owner knows only what was read earlier, and goes by that', () => {
  const unread = (kind: ProjectRule['kind']): string[] => projects.filter(unreadBy({ kind })).map(({ key }) => key);
  expect(unread('tag')).toEqual(['pay:gateway', 'shop']);
  expect(keys('tag', 'payments')).toContain('shop');
  expect(unread('owner')).toEqual(['pay:gateway']);
  for (const kind of ['key', 'glob', 'repository'] as const) expect(unread(kind)).toEqual([]);
});

it('gives what two teams take to both, and each of them once', () => {
  const taken = takenBy(
    [
      { team: 7, kind: 'glob', value: 'pay:*' },
      { team: 7, kind: 'tag', value: 'payments' },
      { team: 8, kind: 'key', value: 'shop' },
      { team: 9, kind: 'key', value: 'nothing' },
    ],
    projects,
    () => true,
  );
  expect([...taken].map(([team, ids]) => [team, [...ids].sort()])).toEqual([
    [7, [1, 2, 3]],
    [8, [3]],
    [9, []],
  ]);
});

it('takes nothing of a server that does not count for the team', () => {
  const rules = [7, 8].map((team) => ({ team, kind: 'glob', value: '**' }) as const);
  const taken = takenBy(rules, projects, (team, integration) => team === 7 || integration === 2);
  expect([...taken].map(([team, ids]) => [team, [...ids].sort()])).toEqual([
    [7, [1, 2, 3, 4]],
    [8, [4]],
  ]);
});

it('holds no project against a rule that cannot take it, and misses none', () => {
  const letter = fc.constantFrom('a', 'B', 'b', '/', ':', 'é', '😀');
  const name = fc.array(letter, { maxLength: 6 }).map((parts) => parts.join(''));
  const one = fc.record({
    key: name,
    tags: fc.array(name, { maxLength: 2 }),
    repository: fc.option(name, { nil: null }),
    owners: fc.array(name, { maxLength: 2 }),
  });
  const pattern = fc.array(fc.oneof(letter, fc.constantFrom('*', '?', '**')), { maxLength: 6 });
  const rule = fc.record({
    kind: fc.constantFrom('key', 'glob', 'tag', 'repository', 'owner'),
    value: pattern.map((parts) => parts.join('')),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), rule, (all, { kind, value }) => {
      const many = all.map(({ owners, ...project }, id) => ({
        ...project,
        ...owned(...owners.map((one) => one.toLowerCase())),
        id,
        integrationId: 1,
        tagsUnread: false,
      }));
      const taken = takenBy([{ team: 1, kind, value }], many, () => true).get(1) ?? new Set();
      expect([...taken].sort()).toEqual(
        many
          .filter(compileRule({ kind, value }))
          .map(({ id }) => id)
          .sort(),
      );
    }),
    { numRuns: 500 },
  );
});
