import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openBundle, openEnvelope, signersOf } from './signatures.ts';

const folder = new URL('../../../../test/fixtures/provenance/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const pem = fixture('cosign.pub');
const none = { publicKeys: '', trustedRoot: '', identities: [] };
const cosign = signersOf({ ...none, publicKeys: pem });
const another = signersOf({
  ...none,
  publicKeys: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString(),
});

describe.each([
  ['a bundle', fixture('cosign-bundle.bundle.json'), openBundle, 'dsseEnvelope'],
  ['an .att envelope', fixture('cosign-att-tag.dsse.json'), openEnvelope, null],
] as const)('%s that cosign signed with a key', (_, text, open, member) => {
  it('is verified with that key, also beside others', () => {
    expect(open(text, cosign)).toMatchObject({
      signature: 'verified',
      signer: expect.stringMatching(/^key sha256:[0-9a-f]{16}$/),
    });
    const both = { ...cosign, keys: [...another.keys, ...cosign.keys] };
    expect(open(text, both)).toMatchObject({ signature: 'verified' });
    expect(JSON.parse(open(text, cosign)?.statement ?? '')).toMatchObject({
      predicateType: expect.stringContaining('slsa'),
    });
  });

  it('is refused with another key, and is only unverified without any', () => {
    expect(open(text, another)).toMatchObject({ signature: 'invalid', signer: null });
    expect(open(text, signersOf(none))).toMatchObject({ signature: 'unverified', signer: null });
  });

  it.each(['payload', 'sig', 'payloadType'])('is refused with one byte of its %s changed', (part) => {
    const json = JSON.parse(text) as Record<string, never>;
    const envelope = (member === null ? json : json[member]) as unknown as {
      payload: string;
      payloadType: string;
      signatures: { sig: string }[];
    };
    if (part === 'payload') envelope.payload = flipped(envelope.payload);
    if (part === 'sig' && envelope.signatures[0] !== undefined)
      envelope.signatures[0].sig = flipped(envelope.signatures[0].sig);
    if (part === 'payloadType') envelope.payloadType = 'application/vnd.in-toto+jsom';
    const opened = open(JSON.stringify(json), cosign);
    if (part === 'payloadType') expect(opened).toBeUndefined();
    else expect(opened).toMatchObject({ signature: 'invalid' });
  });
});

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return bytes.toString('base64');
}

describe('other keys', () => {
  const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
  const type = 'application/vnd.in-toto+json';
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  const pairs = {
    ed25519: () => generateKeyPairSync('ed25519'),
    'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
  it.each([
    ['ed25519', null],
    ['P-384', 'sha384'],
    ['P-384', 'sha256'],
    ['RSA', 'sha256'],
  ] as const)('%s with %s', (kind, hash) => {
    const { publicKey, privateKey } = pairs[kind]();
    const sig = sign(hash, message, privateKey).toString('base64');
    const text = JSON.stringify({ payload: payload.toString('base64'), payloadType: type, signatures: [{ sig }] });
    const publicKeys = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(openEnvelope(text, signersOf({ ...none, publicKeys }))).toMatchObject({ signature: 'verified' });
  });
});

describe('what is no envelope', () => {
  it.each(['', '{}', '[]', 'null', '{"payload":"!","payloadType":"x","signatures":[]}'])('%j', (text) => {
    expect(openEnvelope(text, cosign)).toBeUndefined();
    expect(openBundle(text, cosign)).toBeUndefined();
  });
});
