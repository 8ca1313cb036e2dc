import { isDigest, isRepositoryName, isTag } from '../../../domain/image-reference.ts';
import { provenBy, sameText } from '../../../domain/secret-proof.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { ParsedDelivery, WebhookCall } from '../../contract.ts';
import { sliceOf } from '../streams/discovery.ts';

/**
 * What a notification claims to have happened. It is only a hint: nothing of it is stored, and no address in it is ever
 * called; the repository is read again from the registry that a person configured.
 */
export interface Hint {
  action: 'push' | 'delete' | 'attach';
  repository: string;
  tag: string | null;
  digest: string | null;
}

/** Null for what names no repository; what is neither tag nor digest is left out. */
export function hint(
  action: Hint['action'],
  place: { repository: unknown; tag?: unknown; digest?: unknown },
): Hint | null {
  const repository = typeof place.repository === 'string' ? place.repository.toLowerCase() : '';
  if (!isRepositoryName(repository)) return null;
  const tag = typeof place.tag === 'string' && isTag(place.tag) ? place.tag : null;
  const digest = typeof place.digest === 'string' && isDigest(place.digest) ? place.digest : null;
  return { action, repository, tag, digest };
}

/** What is to be read because of hints; a delivery without any is understood and changes nothing. */
export function toDelivery(hints: readonly (Hint | null)[], ignored = 'ignored'): ParsedDelivery {
  const known = hints.filter((one) => one !== null);
  const [first] = known;
  const repositories = [...new Set(known.map((one) => one.repository))];
  const subject = first === undefined ? '' : `${first.repository}${first.tag === null ? '' : `:${first.tag}`}`;
  return {
    event: first?.action ?? ignored,
    subject: known.length > 1 ? `${subject} and ${known.length - 1} more` : subject,
    reference: first?.digest ?? null,
    reads: repositories.map((repository) => ({ slice: sliceOf(repository), phases: ['current'] })),
    facts: [],
  };
}

/** The body as JSON. Throws `malformed_delivery`. */
export function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new PlumblineError('malformed_delivery', { message: 'The body is no JSON text in UTF-8.' });
  }
}

/** The same of a body that may be anything: undefined then. An id is never worth a refusal. */
export function jsonIfAny(body: Uint8Array): unknown {
  try {
    return jsonOf(body);
  } catch {
    return undefined;
  }
}

/** A member deep inside; undefined where it is not. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found.slice(0, 1_000) : null;
}

/** At most this many entries of one delivery are looked at. */
const maxEntries = 1_000;

export function listAt(value: unknown, ...path: readonly string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.slice(0, maxEntries) : [];
}

/** `Authorization: Bearer <secret>`, `Basic <anyone>:<secret>` or the secret alone: senders differ in what they can set. */
export function authorizedBy({ headers }: WebhookCall, secrets: readonly string[]): boolean {
  const given = (headers['authorization'] ?? '').trim();
  const bearer = given.replace(/^Bearer\s+/i, '');
  const basic = /^Basic\s+(\S+)$/i.exec(given)?.[1];
  const password =
    basic === undefined
      ? ''
      : Buffer.from(basic, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '');
  return provenBy(secrets, (secret) => {
    const candidates = [given, bearer, password].map((one) => one !== '' && sameText(one, secret));
    return candidates.includes(true);
  });
}

export function keyInPath({ pathKey }: WebhookCall, secrets: readonly string[]): boolean {
  return pathKey !== null && provenBy(secrets, (secret) => sameText(pathKey, secret));
}
