import { describe, expect, it } from 'vitest';
import type { FormFieldAnswer } from '../../../src/features/integrations/contract.ts';
import { fieldProblem, fromSettings, linkInto, problemsByField, toRequest, toTags } from './form-values.ts';

const field = (name: string, kind: FormFieldAnswer['kind'], required = false): FormFieldAnswer => ({
  name,
  label: name,
  step: 'connection',
  kind,
  required,
});
const form = [
  field('url', 'url', true),
  field('apiToken', 'secret', true),
  field('keys', 'textarea'),
  field('organization', 'list'),
  field('months', 'number'),
  {
    ...field('branches', 'choice'),
    options: [
      { value: 'all', label: 'All' },
      { value: 'main', label: 'Main' },
    ],
  },
];

describe('the form of a connector', () => {
  it('keeps secrets apart and leaves out what is empty', () => {
    const typed = { url: ' https://x.example ', apiToken: 'squ_1', keys: '', months: '6', branches: 'main' };
    expect(toRequest(form, typed)).toEqual({
      settings: { url: 'https://x.example', months: 6, branches: 'main' },
      secrets: { apiToken: 'squ_1' },
    });
  });

  it('shows settings again as they were typed, never a secret', () => {
    expect(
      fromSettings(form, { url: 'https://x.example', keys: ['a', 'b'], organization: ['o', 'p'], apiToken: 'no' }),
    ).toEqual({
      url: 'https://x.example',
      keys: 'a\nb',
      organization: 'o, p',
    });
  });

  it('says what is wrong with a box', () => {
    expect(fieldProblem(field('url', 'url', true), '')).toBe('url is required.');
    expect(fieldProblem({ ...field('url', 'url', true), placeholder: 'https://a.example' }, 'sonar')).toBe(
      'Write an address, for example https://a.example.',
    );
    expect(fieldProblem(field('months', 'number'), 'six')).toBe('Write a whole number.');
    expect(fieldProblem(field('keys', 'textarea'), '')).toBeUndefined();
  });

  it('brings refusals of the hub to their boxes', () => {
    expect(problemsByField({ 'settings.keys.0': 'a', 'secrets.apiToken': 'b', name: 'c' })).toEqual({
      keys: 'a',
      apiToken: 'b',
      name: 'c',
    });
  });

  it('links into the server, web context included, and to nothing else', () => {
    expect(linkInto('https://host.example/sonar/', '/account/security')).toBe(
      'https://host.example/sonar/account/security',
    );
    expect(linkInto('javascript:alert(1)//', '/account')).toBeUndefined();
    expect(linkInto('soon', '/account')).toBeUndefined();
  });

  it('takes tags apart', () => {
    expect(toTags('prod, eu,, prod ')).toEqual(['prod', 'eu']);
  });
});
