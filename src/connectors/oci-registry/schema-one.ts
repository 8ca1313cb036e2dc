import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * Docker's first manifests (schema 1) carry their signatures in the document. Their digest is that of the document as it
 * was signed, without them, so the bytes that are served never have it.
 */
const Signed = z.object({
  schemaVersion: z.literal(1),
  signatures: z.array(z.object({ protected: z.string() })).optional(),
});
const Protected = z.object({ formatLength: z.int().nonnegative(), formatTail: z.string() });

const isTyped = (mediaType: string): boolean =>
  /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:prettyjws|json)$/.test(mediaType);

/** Digest (sha256) of what was signed; null for a document that is no manifest of schema 1. */
export function digestOfSchemaOne(bytes: Uint8Array, mediaType: string): string | null {
  const text = Buffer.from(bytes);
  if (!isTyped(mediaType) && !text.subarray(0, 4_096).includes('"schemaVersion"')) return null;
  const signed = Signed.safeParse(parse(text.toString('utf8'))).data;
  if (signed === undefined) return null;
  const [first] = signed.signatures ?? [];
  const hash = createHash('sha256');
  if (first === undefined) return `sha256:${hash.update(text).digest('hex')}`;
  const how = Protected.safeParse(parse(Buffer.from(first.protected, 'base64url').toString('utf8'))).data;
  if (how === undefined || how.formatLength > text.length) return null;
  hash.update(text.subarray(0, how.formatLength)).update(Buffer.from(how.formatTail, 'base64url'));
  return `sha256:${hash.digest('hex')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
