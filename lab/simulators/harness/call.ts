import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../wire/reply.ts';
import { badField, badRequest } from './errors.ts';
import type { Account, Token } from './model.ts';
import type { Profile } from './profiles.ts';
import type { World } from './world.ts';

/** One request, as an endpoint sees it. */
export interface Call {
  world: World;
  token: Token;
  account: Account;
  /** Milliseconds; the same for everything that one answer says. */
  now: number;
  /** Parts of the path that the route names. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Buffer;
}

export interface Endpoint {
  method: 'GET' | 'POST';
  /** Below the base URL; `{name}` is one part. */
  path: string;
  /** Servers that have it; default all. */
  on?: (profile: Profile) => boolean;
  handle: (call: Call) => Reply;
}

/** What every good answer is wrapped in. */
export const success = ({ world }: Pick<Call, 'world'>, data: unknown): Reply => {
  const envelope = { status: 'SUCCESS', data, metaData: null, correlationId: randomUUID() };
  if (world.nulls === 'omitted') return json(envelope);
  const body = JSON.stringify(envelope, (_name, value: unknown) => (value === undefined ? null : value));
  return { status: 200, contentType: 'application/json', body };
};

/** A parameter that is there and not empty. */
export function optional({ query }: Pick<Call, 'query'>, name: string): string | undefined {
  const value = query.get(name)?.trim();
  return value === undefined || value === '' ? undefined : value;
}

export function required(call: Call, name: string): string {
  const value = optional(call, name);
  if (value === undefined) throw badField(name, 'must not be null');
  return value;
}

/** Parameters that may come several times. */
export const several = ({ query }: Call, name: string): string[] => query.getAll(name).filter((value) => value !== '');

export function whole(call: Call, name: string, fallback: number): number {
  const value = optional(call, name);
  if (value === undefined) return fallback;
  if (!/^-?\d{1,15}$/.test(value)) throw badField(name, 'must be a number');
  return Number(value);
}

export const flag = (call: Call, name: string): boolean => optional(call, name)?.toLowerCase() === 'true';

export type Fields = Readonly<Record<string, unknown>>;

/** Nothing is an empty object. */
export function bodyOf({ body }: Pick<Call, 'body'>): Fields {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('Unable to process JSON');
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest('Unable to process JSON');
  return value as Fields;
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Texts of a list in a body; a single text counts as a list of one. */
export function textsIn(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((one) => typeof one === 'string')) throw badField(name, 'must be a list of texts');
  return list.length === 0 ? undefined : list;
}

export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
