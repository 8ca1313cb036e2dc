import { describe, expect, it } from 'vitest';
import { connectors } from './index.ts';

const fields = connectors.flatMap(({ kind, form, settings }) =>
  form.flatMap((field) => (field.kind === 'choice' ? [{ kind, settings, field, name: field.name }] : [])),
);

describe('a choice of a form', () => {
  it('stands in a form at all', () => {
    expect(fields.map(({ kind, name }) => `${kind}.${name}`)).toContain('sonarqube.branches');
  });

  it.each(fields)('is what the settings of $kind take for $name, and nothing else', ({ settings, field, name }) => {
    const take = (value: unknown) => settings.safeParse({ url: 'https://one.example', [name]: value });
    for (const { value } of field.options)
      expect(take(value)).toMatchObject({ success: true, data: { [name]: value } });
    for (const other of ['', 'something else', field.options[0].label, field.options.map(({ value }) => value)])
      expect(take(other).success).toBe(false);
  });

  it.each(fields)('means its first option where $name is left out', ({ settings, field, name }) => {
    const parsed = settings.parse({ url: 'https://one.example' });
    expect(parsed).toMatchObject({ [name]: field.options[0].value });
  });
});
