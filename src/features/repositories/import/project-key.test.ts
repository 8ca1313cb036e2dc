import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyRules, projectKeyOf } from './project-key.ts';

const place = { project: 'PAY', slug: 'ledger', prefix: '' };

it('is made of the names of the repository, by the rule that is chosen', () => {
  expect(keyRules.map((rule) => projectKeyOf(place, rule))).toEqual(['PAY_ledger', 'PAY:ledger', 'ledger']);
  expect(projectKeyOf({ ...place, prefix: 'services/a b' }, 'slug')).toBe('ledger_services_a_b');
  expect(projectKeyOf({ ...place, project: '~jdoe' }, 'project_slug')).toBe('_jdoe_ledger');
  expect(projectKeyOf({ ...place, slug: '2026' }, 'slug')).toBe('_2026');
});

it('is always one that SonarQube takes', () => {
  const text = fc.string({ minLength: 1, maxLength: 500, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, fc.constantFrom(...keyRules), (project, slug, rule) => {
      const key = projectKeyOf({ project, slug, prefix: '' }, rule);
      expect(key.length).toBeLessThanOrEqual(400);
      expect(key).toMatch(/^[A-Za-z0-9\-_.:]+$/);
      expect(key).toMatch(/\D/);
    }),
  );
});
