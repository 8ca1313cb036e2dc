import type { FormFieldAnswer } from '../../../src/features/integrations/contract.ts';

/** What stands in the boxes of a connector's form, by field name. */
export type FormValues = Record<string, string>;

/** Splits what was typed into settings and secrets. Empty boxes are left out, so that the connector's defaults hold. */
export function toRequest(
  form: readonly FormFieldAnswer[],
  values: FormValues,
): { settings: Record<string, unknown>; secrets: Record<string, unknown> } {
  const settings: Record<string, unknown> = {};
  const secrets: Record<string, unknown> = {};
  for (const field of form) {
    const text = values[field.name]?.trim() ?? '';
    if (text === '') continue;
    if (field.kind === 'secret') secrets[field.name] = text;
    else settings[field.name] = settingOf(field, text);
  }
  return { settings, secrets };
}

function settingOf(field: FormFieldAnswer, text: string): unknown {
  if (field.kind === 'number') return Number(text);
  if (field.kind === 'boolean') return text === 'true';
  return text;
}

/** The other way round, for editing; lists stand one under the other in a text area, else beside each other. */
export function fromSettings(form: readonly FormFieldAnswer[], settings: Record<string, unknown>): FormValues {
  const values: FormValues = {};
  for (const field of form) {
    const value = settings[field.name];
    if (field.kind === 'secret' || value === undefined || value === null) continue;
    values[field.name] = Array.isArray(value)
      ? value.join(field.kind === 'textarea' ? '\n' : ', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value as string | number | boolean);
  }
  return values;
}

/** What is wrong with a box, said before the hub is asked; undefined when nothing is. */
export function fieldProblem(field: FormFieldAnswer, text: string): string | undefined {
  const value = text.trim();
  // A choice left alone means its first.
  if (value === '')
    return field.required && field.kind !== 'choice' ? `${field.label} is required${example(field)}.` : undefined;
  if (field.kind === 'url' && URL.parse(value) === null) return `Write an address${example(field)}.`;
  if (field.kind === 'number' && !/^\d+$/.test(value)) return `Write a whole number${example(field)}.`;
  return undefined;
}

const example = (field: FormFieldAnswer): string =>
  field.placeholder === undefined ? '' : `, for example ${field.placeholder}`;

/** Messages of a refused request by field name: `settings.projectKeys.0` belongs to `projectKeys`. */
export function problemsByField(errors: Record<string, string>): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const [path, message] of Object.entries(errors)) {
    const [part, name] = path.split('.');
    const field = part === 'settings' || part === 'secrets' ? name : part;
    if (field !== undefined && field !== '') problems[field] ??= message;
  }
  return problems;
}

/** Tags separated by commas. */
export const toTags = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
];

/** Where in the other system something is made, once its address is known. */
export function linkInto(address: string | undefined, path: string): string | undefined {
  const url = address === undefined ? null : URL.parse(address.trim());
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  return `${url.origin}${url.pathname.replace(/\/$/, '')}${path}`;
}
