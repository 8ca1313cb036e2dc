import { PlumblineError } from '../../platform/errors/index.ts';

/** More than any request of ours needs; looked at before a byte is parsed. */
export const bodyLimits = {
  /** Lists and objects in each other. */
  depth: 32,
  /** Lists, objects and what they hold. */
  values: 50_000,
  /** Members of one object. */
  members: 1_000,
  /** Characters of one number. */
  number: 400,
  /** Fields of a form. */
  fields: 100,
} as const;

/** Refuses a JSON text that is too deep, too wide or has too long a number, in one walk over its characters. */
export function requireSimpleJson(text: string): void {
  const open: { object: boolean; values: number }[] = [];
  let values = 1;
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = code >= 0x30 && code <= 0x39;
    number = digit ? number + 1 : 0;
    if (number > bodyLimits.number) throw tooMuch('a number is too long');
    if (code === quote) {
      at = endOfString(text, at);
    } else if (code === openBrace || code === openBracket) {
      values++;
      if (open.push({ object: code === openBrace, values: 1 }) > bodyLimits.depth)
        throw tooMuch(`it is nested deeper than ${bodyLimits.depth} levels`);
    } else if (code === closeBrace || code === closeBracket) open.pop();
    else if (code === comma) requireFew(++values, open.at(-1));
  }
}

function requireFew(values: number, inside: { object: boolean; values: number } | undefined): void {
  if (values > bodyLimits.values) throw tooMuch(`it has more than ${bodyLimits.values} values`);
  if (inside !== undefined && ++inside.values > bodyLimits.members && inside.object)
    throw tooMuch(`an object has more than ${bodyLimits.members} members`);
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return text.length;
}

const unlike = new Set(['__proto__', 'constructor', 'prototype']);
/** Also by an escape. A function that JSON.parse calls for each value takes thirty times as long as reading it. */
const mayNameUnlike = /__proto__|constructor|prototype|\\u/;

function requireOwnNames(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) return value.forEach(requireOwnNames);
  for (const [name, inner] of Object.entries(value)) {
    if (unlike.has(name)) throw new SyntaxError('a name that objects have of themselves');
    requireOwnNames(inner);
  }
}

/** The body as JSON; nothing of it is in the error. Throws `invalid_request`. */
export function readJson(text: string): unknown {
  requireSimpleJson(text);
  try {
    const value = JSON.parse(text) as unknown;
    if (mayNameUnlike.test(text)) requireOwnNames(value);
    return value;
  } catch {
    throw new PlumblineError('invalid_request', {
      message: 'The body is no JSON.',
      remedy: 'Send a JSON object with the content type application/json.',
      cause: new SyntaxError('no JSON'),
    });
  }
}

/**
 * `secrets[api_token]=…`, or an object as JSON text: `secrets={"api_token": …}`. Counts the fields before it reads one.
 */
export function readForm(text: string): Record<string, unknown> {
  let fields = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1))
    if (++fields > bodyLimits.fields) throw tooMuch(`it has more than ${bodyLimits.fields} fields`);
  const body = new Map<string, unknown>();
  for (const [name, value] of new URLSearchParams(text)) {
    const [, outer, inner] = /^(\w{1,100})\[(\w{1,100})\]$/.exec(name) ?? [];
    if (unlike.has(outer ?? name) || unlike.has(inner ?? '')) throw tooMuch('a name is not allowed');
    if (outer === undefined || inner === undefined) body.set(name, asObject(value));
    else {
      const before = body.get(outer);
      body.set(outer, { ...(before instanceof Object ? before : {}), [inner]: value });
    }
  }
  return Object.fromEntries(body);
}

function asObject(value: string): unknown {
  if (!value.trimStart().startsWith('{')) return value;
  requireSimpleJson(value);
  try {
    return readJson(value);
  } catch {
    return value;
  }
}

function tooMuch(what: string): PlumblineError {
  return new PlumblineError('invalid_request', {
    message: `The body is not taken: ${what}.`,
    remedy: 'Send less at once.',
    data: { limits: bodyLimits },
  });
}
