import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign, X509Certificate } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBundle, signersOf } from './signatures.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const workflow = 'https://github.com/org/shop/.github/workflows/release.yml@refs/heads/main';
const payloadType = 'application/vnd.in-toto+json';
/** A checkpoint names its log by this host. */
const logAddress = 'https://rekor.example.com';

/** What the log answers, as far as a bundle repeats it. */
interface LoggedEntry {
  body: string;
  integratedTime: number;
  logID: string;
  logIndex: number;
  verification?: {
    signedEntryTimestamp?: string;
    inclusionProof?: { logIndex: number; rootHash: string; treeSize: number; checkpoint: string };
  };
}

/** An instance of Sigstore of our own: authority, certificate log, and a log of entries or a timestamp service. */
interface Instance {
  trustedRoot: string;
  /** A bundle as `cosign attest` writes it without a key. */
  attest(statement: string, as?: { subject?: string; issuer?: string }): Promise<Record<string, unknown>>;
}

const newKey = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const base64 = (bytes: ArrayBufferView): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

async function instance(proof: 'log' | 'timestamp'): Promise<Instance> {
  const keys = { ca: newKey(), ct: newKey(), log: newKey(), tsa: newKey() };
  const ctLog = await initializeCTLog(keys.ct);
  const ca = await initializeCA(keys.ca, ctLog);
  const log = await initializeTLog(logAddress, keys.log);
  const tsa = await initializeTSA(keys.tsa);
  const validFor = { start: '2020-01-01T00:00:00.000Z' };
  const logOf = (publicKey: Buffer, keyId: string) => ({
    baseUrl: logAddress,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKey.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId },
  });
  const authority = (certificates: string[]) => ({
    subject: { organization: 'example', commonName: 'example' },
    uri: 'https://authority.example.com',
    certChain: { certificates: certificates.map((rawBytes) => ({ rawBytes })) },
    validFor,
  });
  const trustedRoot = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: proof === 'log' ? [logOf(log.publicKey, sha256(log.publicKey).toString('base64'))] : [],
    certificateAuthorities: [authority([base64(ca.rootCertificate)])],
    ctlogs: [logOf(ctLog.publicKey, base64(ctLog.logID))],
    timestampAuthorities:
      proof === 'timestamp' ? [authority([base64(tsa.intCertificate), base64(tsa.rootCertificate)])] : [],
  });

  return {
    trustedRoot,
    async attest(statement, as = {}) {
      const { publicKey, privateKey } = newKey();
      const certificate = await ca.issueCertificate({
        publicKey: publicKey.export({ type: 'spki', format: 'der' }),
        subjectAltName: as.subject ?? workflow,
        extensions: [{ oid: '1.3.6.1.4.1.57264.1.1', value: as.issuer ?? issuer, legacy: true }],
      });
      const payload = Buffer.from(statement);
      const message = Buffer.concat([
        Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
        payload,
      ]);
      const signature = sign('sha256', message, privateKey);
      const pem = new X509Certificate(Buffer.from(base64(certificate), 'base64')).toString();
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: base64(certificate) },
          tlogEntries: proof === 'log' ? [await logged(payload, signature, pem)] : [],
          timestampVerificationData: { rfc3161Timestamps: proof === 'timestamp' ? [await stamped(signature)] : [] },
        },
        dsseEnvelope: {
          payload: payload.toString('base64'),
          payloadType,
          signatures: [{ sig: signature.toString('base64') }],
        },
      };
    },
  };

  async function logged(payload: Buffer, signature: Buffer, pem: string): Promise<object> {
    const entry = {
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: sha256('envelope').toString('hex') },
        payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
        signatures: [{ signature: signature.toString('base64'), verifier: Buffer.from(pem).toString('base64') }],
      },
    };
    const [found] = Object.values((await log.log(entry)) as Record<string, LoggedEntry>);
    if (found === undefined) throw new Error('nothing was logged');
    const inclusion = found.verification?.inclusionProof;
    return {
      logIndex: String(found.logIndex),
      logId: { keyId: Buffer.from(found.logID, 'hex').toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: String(found.integratedTime),
      inclusionPromise: { signedEntryTimestamp: found.verification?.signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(inclusion?.logIndex),
        rootHash: Buffer.from(inclusion?.rootHash ?? '', 'hex').toString('base64'),
        treeSize: String(inclusion?.treeSize),
        hashes: [],
        checkpoint: { envelope: inclusion?.checkpoint },
      },
      canonicalizedBody: found.body,
    };
  }

  async function stamped(signature: Buffer): Promise<object> {
    const timestamp = await tsa.timestamp({
      artifactHash: sha256(signature),
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      nonce: 1,
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq: true,
    });
    return { signedTimestamp: base64(timestamp) };
  }
}

const statement = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  predicateType: 'https://slsa.dev/provenance/v1',
});

describe.each(['log', 'timestamp'] as const)('a certificate of ten minutes, proven by a %s', (proof) => {
  let own: Instance;
  let foreign: Instance;
  beforeAll(async () => {
    // The mock drops trailing zeros of milliseconds, and the verifier reads only three digits of them: one time in ten.
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-29T12:00:00.123Z') });
    [own, foreign] = await Promise.all([instance(proof), instance(proof)]);
  });
  afterAll(() => {
    vi.useRealTimers();
  });
  const signers = (root: Instance, identities: string[]) =>
    signersOf({ publicKeys: '', trustedRoot: root.trustedRoot, identities });
  const open = (bundle: object, root: Instance, identities = [`${issuer} https://github.com/org/*`]) =>
    openBundle(JSON.stringify(bundle), signers(root, identities));

  it('is verified without any network, and names its signer', async () => {
    expect(open(await own.attest(statement), own)).toEqual({
      statement,
      signature: 'verified',
      signer: `${workflow} (${issuer})`,
    });
  });

  it('is that of any identity that is trusted, and its name is cut off where it has no end', async () => {
    const identities = [`https://issuer.example.net https://github.com/org/*`, `${issuer} *`];
    expect(open(await own.attest(statement), own, identities)).toMatchObject({ signature: 'verified' });
    const subject = `https://github.com/org/${'x'.repeat(3_000)}`;
    const opened = open(await own.attest(statement, { subject }), own, identities);
    expect(opened?.signer).toHaveLength(2_048);
  });

  it.each([
    ['another subject', { subject: 'https://github.com/attacker/shop/.github/workflows/release.yml@refs/heads/main' }],
    ['another issuer', { issuer: 'https://issuer.example.net' }],
  ])('%s is not trusted', async (_, as) => {
    expect(open(await own.attest(statement, as), own)).toMatchObject({ signature: 'invalid', signer: null });
  });

  it('another instance is not trusted', async () => {
    expect(open(await foreign.attest(statement), own)).toMatchObject({ signature: 'invalid' });
  });

  it('nor is a changed statement, nor one whose proof was taken away', async () => {
    const bundle = await own.attest(statement);
    const envelope = bundle['dsseEnvelope'] as Record<string, unknown>;
    const changed = {
      ...bundle,
      dsseEnvelope: { ...envelope, payload: Buffer.from(`${statement} `).toString('base64') },
    };
    expect(open(changed, own)).toMatchObject({ signature: 'invalid' });
    const material = bundle['verificationMaterial'] as Record<string, unknown>;
    const unproven = { ...material, tlogEntries: [], timestampVerificationData: { rfc3161Timestamps: [] } };
    expect(open({ ...bundle, verificationMaterial: unproven }, own)).toMatchObject({ signature: 'invalid' });
  });

  it('without signers it is only unverified', async () => {
    expect(open(await own.attest(statement), own, [])).toMatchObject({ signature: 'unverified' });
  });
});
