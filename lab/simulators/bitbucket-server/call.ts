import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../wire/reply.ts';
import { alike } from './texts.ts';
import { badRequest, missingField } from './errors.ts';
import type { Version } from './profiles.ts';
import type { Subject, World } from './world.ts';

/** One request, as an endpoint sees it. */
export interface Call {
  world: World;
  subject: Subject;
  method: string;
  /** Parts of the path that the route names. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Base URL under which the server was asked. */
  baseUrl: string;
}

export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL; `{name}` is one part, `{name*}` the rest. */
  path: string;
  /** First version that has it, and first that no longer does. */
  since?: Version;
  until?: Version;
  handle: (call: Call) => Reply | Promise<Reply>;
}

type Handle = Endpoint['handle'];

/** Routes of one module, e.g. `api`: all answer below `1.0` and `latest`. */
export const endpointsOf =
  (module: string) =>
  (method: Endpoint['method'], path: string, handle: Handle, versions: Pick<Endpoint, 'since' | 'until'> = {}) => ({
    method,
    path: `rest/${module}/{version}/${path}`,
    handle,
    ...versions,
  });

export const repositoryPath = 'projects/{project}/repos/{repository}';

export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** A parameter that is there and not empty. */
export function optional(call: Call, name: string): string | undefined {
  const value = call.query.get(name)?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** `true`, `True`, `TRUE`. */
export function flag(call: Call, name: string): boolean | undefined {
  const value = optional(call, name)?.toLowerCase();
  return value === undefined ? undefined : value === 'true';
}

/** One of a closed set, in whatever case. */
export function choice<T extends string>(call: Call, name: string, allowed: readonly T[]): T | undefined {
  const value = optional(call, name);
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw badRequest(alike(`'${value}' is not one of: ${allowed.join(', ')}`), name);
  return found;
}

export type Fields = Record<string, unknown>;

export function jsonBody(call: Call): Fields {
  let value: unknown;
  try {
    value = JSON.parse(call.body.toString('utf8'));
  } catch {
    throw badRequest({
      en: 'The request body is not valid JSON.',
      de: 'Der Inhalt der Anfrage ist kein gültiges JSON.',
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest({ en: 'A JSON object is expected.', de: 'Ein JSON-Objekt wird erwartet.' });
  return value as Fields;
}

/** As jsonBody; nothing is an empty object. */
export const optionalBody = (call: Call): Fields => (call.body.length === 0 ? {} : jsonBody(call));

/** A text of a body; numbers and booleans are read as text, as the server's JSON library does. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') throw badRequest(alike(`'${name}' must be a text`), name);
  return String(value as string | number | boolean);
}

export function requiredText(fields: Fields, name: string): string {
  const value = textIn(fields, name);
  if (value === undefined || value.trim() === '') throw missingField(name);
  return value;
}

export function objectIn(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest(alike(`'${name}' must be an object`), name);
  return value as Fields;
}

export function listIn(fields: Fields, name: string): unknown[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw badRequest(alike(`'${name}' must be a list`), name);
  return value;
}

export function booleanIn(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  return String(value as string | boolean).toLowerCase() === 'true';
}
