import { describe, expect, it } from 'vitest';
import type { Origin } from './own-reports.ts';
import { namesToLookFor, suggest, type SuggestedRepository } from './suggest.ts';

const repository = (id: number, project: string, slug: string, host = 'bb.example.com'): SuggestedRepository => ({
  id,
  project,
  slug,
  base: `https://${host}`,
  addresses: [
    `https://${host}/scm/${project.toLowerCase()}/${slug}.git`,
    `ssh://git@${host}:7999/${project}/${slug}.git`,
  ],
});
const ledger = repository(1, 'PAY', 'ledger');
const basket = repository(2, 'SHOP', 'basket');
const origin = (more: Partial<Origin>): Origin => ({ bound: null, links: [], pullRequests: true, ...more });
const bound = { kind: 'bitbucket', base: 'https://bb.example.com', project: 'PAY', repository: 'ledger', mono: false };
const odd = { key: 'odd', name: 'Odd' };

describe('a suggestion', () => {
  it('is certain where SonarQube itself is bound to the repository', () => {
    expect(suggest(odd, origin({ bound }), [ledger, basket])).toEqual({
      repository: 1,
      reason: 'sonarqube_binding',
      confidence: 'certain',
    });
  });

  it.each([
    'https://bb.example.com/scm/PAY/ledger.git',
    'scm:git:ssh://git@bb.example.com:7999/pay/ledger.git',
    'https://bb.example.com/projects/PAY/repos/ledger/browse',
  ])('is likely where the project links to it: %s', (link) => {
    expect(suggest(odd, origin({ links: [link] }), [ledger, basket])).toMatchObject({ repository: 1, reason: 'link' });
  });

  it.each([
    ['PAY_ledger', 'Whatever'],
    ['pay:ledger', 'Whatever'],
    ['PAY_ledger_3f2b8c1e-1111-2222-3333-444455556666', 'Whatever'],
    ['x', 'Ledger'],
  ])('is only possible by names alone: %s, %s', (key, name) => {
    expect(suggest({ key, name }, null, [ledger, basket])).toEqual({
      repository: 1,
      reason: 'name',
      confidence: 'possible',
    });
  });

  it('is not made between two that are equally likely', () => {
    const twin = repository(3, 'OPS', 'ledger');
    expect(suggest({ key: 'ledger', name: 'Ledger' }, null, [ledger, twin])).toBeNull();
    expect(suggest({ key: 'OPS_ledger', name: 'Ledger' }, null, [ledger, twin])).toMatchObject({ repository: 3 });
  });

  it('of a binding keeps to the server it names', () => {
    const elsewhere = repository(4, 'PAY', 'ledger', 'other.example.com');
    expect(suggest(odd, origin({ bound }), [elsewhere])).toBeNull();
    expect(suggest(odd, origin({ bound }), [elsewhere, ledger])).toMatchObject({ repository: 1 });
  });

  it('is made of nothing where nothing speaks for one', () => {
    expect(suggest(odd, origin({ bound: { ...bound, kind: 'github' } }), [ledger, basket])).toBeNull();
  });
});

it('repositories are looked for by the names that binding, links, key and name say', () => {
  const names = namesToLookFor(
    { key: 'PAY_ledger', name: 'My Ledger' },
    origin({ bound: { ...bound, repository: 'Books' } }),
  );
  expect(names).toEqual(
    expect.arrayContaining([
      { project: 'pay', slug: 'books' },
      { project: 'pay', slug: 'ledger' },
      { project: '', slug: 'my-ledger' },
    ]),
  );
  const long = '_'.repeat(100_000);
  expect(namesToLookFor({ key: long, name: long }, null).length).toBeLessThan(30);
});
