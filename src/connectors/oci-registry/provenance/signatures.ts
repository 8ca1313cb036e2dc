import { createHash, createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { z } from 'zod';
import type { SignatureState } from '../../../domain/claim.ts';
import { compileWildcard, type Matcher } from '../../../domain/glob.ts';
import { type Settings, splitPublicKeys } from '../settings.ts';

/** Who is trusted to sign, as the operator gave it. Nothing is ever downloaded. */
export interface Signers {
  keys: readonly { key: KeyObject; name: string }[];
  trustedRoot: TrustedRoot | undefined;
  identities: readonly { issuer: string; subject: Matcher }[];
  /** True when anything could be verified at all. */
  known: boolean;
}

export function signersOf(settings: Pick<Settings, 'publicKeys' | 'trustedRoot' | 'identities'>): Signers {
  const keys = splitPublicKeys(settings.publicKeys).map((pem) => {
    const key = createPublicKey(pem);
    const hash = createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex');
    return { key, name: `key sha256:${hash.slice(0, 16)}` };
  });
  const trustedRoot =
    settings.trustedRoot.trim() === '' ? undefined : TrustedRoot.fromJSON(JSON.parse(settings.trustedRoot));
  const identities = settings.identities.map((line) => {
    const [issuer = '', subject = ''] = line.split(/\s+/);
    return { issuer, subject: compileWildcard(subject) };
  });
  const keyless = trustedRoot !== undefined && identities.length > 0;
  return { keys, trustedRoot, identities, known: keys.length > 0 || keyless };
}

/** A statement out of its envelope, and what the signature around it is worth. */
export interface Opened {
  statement: string;
  signature: SignatureState;
  signer: string | null;
}

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);
const Envelope = z.object({
  payload: base64,
  payloadType: z.string(),
  signatures: z
    .array(z.object({ sig: base64 }))
    .min(1)
    .max(16),
});
const Bundle = z.object({
  verificationMaterial: z.object({ publicKey: z.unknown().optional() }).nullish(),
  dsseEnvelope: Envelope,
});

const inTotoPayload = 'application/vnd.in-toto+json';

/** Opens a DSSE envelope (cosign’s `.att`). Undefined when it is none, or holds no in-toto statement. */
export function openEnvelope(text: string, signers: Signers): Opened | undefined {
  const envelope = Envelope.safeParse(parseJson(text)).data;
  if (envelope?.payloadType !== inTotoPayload) return undefined;
  return { statement: payloadOf(envelope), ...verifyByKeys(envelope, signers) };
}

/** Opens a Sigstore bundle: signed by a key, or by a certificate that the trusted root vouches for. */
export function openBundle(text: string, signers: Signers): Opened | undefined {
  const json = parseJson(text);
  const bundle = Bundle.safeParse(json).data;
  if (bundle?.dsseEnvelope.payloadType !== inTotoPayload) return undefined;
  const statement = payloadOf(bundle.dsseEnvelope);
  const byKey = bundle.verificationMaterial?.publicKey !== undefined;
  return { statement, ...(byKey ? verifyByKeys(bundle.dsseEnvelope, signers) : verifyByCertificate(json, signers)) };
}

type Verified = Pick<Opened, 'signature' | 'signer'>;

function verifyByKeys(envelope: z.infer<typeof Envelope>, { keys }: Signers): Verified {
  if (keys.length === 0) return { signature: 'unverified', signer: null };
  const message = preAuthenticationEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
  const found = keys.find(({ key }) =>
    envelope.signatures.some(({ sig }) => isSignedBy(key, message, Buffer.from(sig, 'base64'))),
  );
  return found === undefined ? { signature: 'invalid', signer: null } : { signature: 'verified', signer: found.name };
}

/** What DSSE signs: type and payload with their lengths, so that neither can be taken for the other. */
function preAuthenticationEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

function isSignedBy(key: KeyObject, message: Buffer, signature: Buffer): boolean {
  // Ed25519 hashes by itself; the others are used with SHA-256, as cosign does, or with what their curve asks for.
  const hashes = key.asymmetricKeyType === 'ed25519' ? [null] : ['sha256', 'sha384', 'sha512'];
  return hashes.some((hash) => {
    try {
      return verifySignature(hash, message, { key, dsaEncoding: 'der' }, signature);
    } catch {
      return false;
    }
  });
}

/**
 * A certificate lives for minutes: what proves that it was used then is a log entry or a timestamp. Where the root names
 * logs an entry is a must; private instances have timestamps only.
 */
function thresholdsOf(root: TrustedRoot) {
  return {
    tlogThreshold: Math.min(root.tlogs.length, 1),
    ctlogThreshold: Math.min(root.ctlogs.length, 1),
    timestampThreshold: 1,
  };
}

function verifyByCertificate(json: unknown, { trustedRoot, identities }: Signers): Verified {
  if (trustedRoot === undefined || identities.length === 0) return { signature: 'unverified', signer: null };
  try {
    const entity = toSignedEntity(bundleFromJSON(json));
    const verifier = new Verifier(toTrustMaterial(trustedRoot), thresholdsOf(trustedRoot));
    const { identity } = verifier.verify(entity);
    const issuer = identity?.extensions?.issuer ?? '';
    const subject = identity?.subjectAlternativeName ?? '';
    const trusted = identities.some((one) => one.issuer === issuer && one.subject(subject));
    return trusted
      ? { signature: 'verified', signer: `${subject} (${issuer})`.slice(0, 2_048) }
      : { signature: 'invalid', signer: null };
  } catch {
    return { signature: 'invalid', signer: null };
  }
}

function payloadOf(envelope: z.infer<typeof Envelope>): string {
  return Buffer.from(envelope.payload, 'base64').toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
