import { describe, expect, it } from 'vitest';
import { connectors } from './index.ts';

const fields = connectors.flatMap(({ kind, form, settings }) => {
  const texts = form.filter(({ required, kind: type }) => required && type === 'text').map(({ name }) => name);
  const needed = Object.fromEntries(texts.map((name) => [name, 'one']));
  const others = { url: 'https://one.example', ...needed };
  // An address that may be left out may tell more than the form does.
  const least = settings.safeParse(needed).success ? needed : others;
  return form.flatMap((field) =>
    field.kind === 'choice' ? [{ kind, settings, field, name: field.name, others, least }] : [],
  );
});

describe('a choice of a form', () => {
  it('stands in a form at all', () => {
    expect(fields.map(({ kind, name }) => `${kind}.${name}`)).toContain('sonarqube.branches');
  });

  it.each(fields)(
    'is what the settings of $kind take for $name, and nothing else',
    ({ settings, field, name, others }) => {
      const take = (value: unknown) => settings.safeParse({ ...others, [name]: value });
      for (const { value } of field.options)
        expect(take(value)).toMatchObject({ success: true, data: { [name]: value } });
      for (const other of ['', 'something else', field.options[0].label, field.options.map(({ value }) => value)])
        expect(take(other).success).toBe(false);
    },
  );

  it.each(fields)('means its first option where $name is left out', ({ settings, field, name, least }) => {
    const parsed = settings.parse(least);
    expect(parsed).toMatchObject({ [name]: field.options[0].value });
  });
});
