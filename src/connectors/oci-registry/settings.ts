import { X509Certificate, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { readPem } from '../../domain/pem.ts';
import { parseServerUrl } from '../../domain/server-url.ts';
import { networkSettings, serverUrl, TextList } from '../contract.ts';

/** Hosts people enter for Docker Hub, whose registry lives elsewhere. */
const dockerHub = new Set([
  'docker.io',
  'index.docker.io',
  'hub.docker.com',
  'registry.hub.docker.com',
  'www.docker.com',
]);

/**
 * The registry's address a person meant: scheme, host and port.
 *
 * @throws TypeError when the text is no http(s) URL, carries credentials or names something below the registry
 */
export function normaliseUrl(text: string): string {
  const url = parseServerUrl(text);
  const path = url.pathname.replace(/\/(v2\/?)?$/, '');
  if (path !== '') throw new TypeError('it has no path; name repositories below');
  if (dockerHub.has(url.hostname)) return 'https://registry-1.docker.io';
  return url.origin;
}

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** Characters of repositories and tags, and `*` and `?`: everything else would be a pattern nobody meant. */
const glob = /^[A-Za-z0-9._/*?-]+$/;
const globs = TextList.refine((items) => items.every((item) => glob.test(item) && item.length <= 255), {
  message: 'Names or patterns with * (within one part of the path), ** (anything) and ?.',
});

/** Each PEM public key in a text; a certificate counts as its key. Throws on anything else. */
export function splitPublicKeys(text: string): string[] {
  const { blocks, rest } = readPem(text);
  if (rest !== '') throw new TypeError('text outside of a PEM block');
  return blocks.map((block) => {
    if (block.includes('PRIVATE KEY')) throw new TypeError('a private key does not belong here');
    const key = block.includes('CERTIFICATE') ? new X509Certificate(block).publicKey : createPublicKey(block);
    return key.export({ type: 'spki', format: 'pem' }).toString();
  });
}

/** `issuer subject`: who may sign with a certificate. The subject may have `*`. */
const identity = /^https?:\/\/\S+\s+\S+$/;

export const Settings = z.object({
  url: serverUrl(normaliseUrl, 'Enter the registry’s address, e.g. https://registry.example.com'),
  /** Names and globs of repositories; empty = all that the registry's catalogue names. */
  repositories: globs.default([]),
  /** Names and globs of tags; empty = all. */
  tags: globs.default([]),
  /** Only claims with a verified signature count. */
  requireSignature: flag.default(false),
  /** PEM public keys that attestations are signed with. */
  publicKeys: z
    .string()
    .max(100_000)
    .default('')
    .superRefine((text, context) => {
      try {
        splitPublicKeys(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `Enter PEM public keys (${(error as Error).message}).` });
      }
    }),
  /** Sigstore's `trusted_root.json`, for certificates instead of keys. */
  trustedRoot: z
    .string()
    .max(1_000_000)
    .default('')
    .refine((text) => text.trim() === '' || isTrustedRoot(text), {
      message: 'Enter the content of a trusted_root.json.',
    }),
  identities: TextList.default([]).refine((items) => items.every((item) => identity.test(item)), {
    message:
      'One line per signer: issuer and subject, e.g. https://token.actions.githubusercontent.com https://github.com/org/repo/*.',
  }),
  /** Host that gets the credential besides the registry and its own domain. */
  tokenService: z
    .string()
    .trim()
    .toLowerCase()
    .default('')
    .refine((text) => text === '' || /^[a-z0-9.-]+(?::\d+)?$/.test(text), {
      message: 'Enter a host, e.g. auth.example.com.',
    }),
  ...networkSettings,
});
export type Settings = z.infer<typeof Settings>;

function isTrustedRoot(text: string): boolean {
  try {
    const { mediaType } = JSON.parse(text) as { mediaType?: unknown };
    return typeof mediaType === 'string' && mediaType.includes('trustedroot');
  } catch {
    return false;
  }
}

const headerSafe = /^[\x20-\x7e]*$/;

/** All empty: public repositories are read anonymously. */
export const Secrets = z.object({
  username: z
    .string()
    .trim()
    .regex(/^[^:\s][^:]*$|^$/, 'A user name has no colon.')
    .default(''),
  password: z.string().trim().default(''),
  /** Sent as it is: for registries that take a bearer token instead of a user and password. */
  token: z.string().trim().regex(headerSafe, 'A token has no line breaks.').default(''),
});
export type Secrets = z.infer<typeof Secrets>;
