import type { Json } from '../../../connectors/contract.ts';

/** `apiToken` → `api_token`. */
export const toSnakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `api_token` → `apiToken`. A name in camel case is none of this API and stays unknown: `undefined`. */
const toCamelCase = (name: string): string | undefined =>
  /[A-Z]/.test(name) ? undefined : name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

type Fields = { [key: string]: Json };

export function snakeFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [toSnakeCase(name), value]));
}

/** What cannot be translated is marked with a question mark, so that it is refused, and by its own name. */
export function camelFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [toCamelCase(name) ?? `${name}?`, value]));
}
