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
    ['RSA', 'sha512'],
  ] as const)('%s with %s', (kind, hash) => {
    const { publicKey, privateKey } = pairs[kind]();
    const sig = sign(hash, message, privateKey).toString('base64');
    const text = JSON.stringify({ payload: payload.toString('base64'), payloadType: type, signatures: [{ sig }] });
    const publicKeys = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(openEnvelope(text, signersOf({ ...none, publicKeys }))).toMatchObject({ signature: 'verified' });
  });
});

describe('an envelope', () => {
  const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}').toString('base64');
  const payloadType = 'application/vnd.in-toto+json';
  const sig = Buffer.from('x'.repeat(64)).toString('base64');
  const envelope = (more: object = {}) => ({ payload, payloadType, signatures: [{ sig }], ...more });
  const open = (more: object) => openEnvelope(JSON.stringify(envelope(more)), signersOf(none));

  it('of several signatures needs one that is right', () => {
    const json = JSON.parse(fixture('cosign-att-tag.dsse.json')) as { signatures: object[] };
    for (const signatures of [
      [{ sig }, ...json.signatures],
      [...json.signatures, { sig }],
    ])
      expect(openEnvelope(JSON.stringify({ ...json, signatures }), cosign)).toMatchObject({ signature: 'verified' });
  });

  it('is one only with at least one signature, in base64 from the first character to the last', () => {
    expect(open({})).toMatchObject({ signature: 'unverified' });
    for (const more of [
      { signatures: [] },
      { signatures: Array.from({ length: 17 }, () => ({ sig })) },
      { signatures: [{ sig: `!${sig}` }] },
      { payload: `!${payload}` },
      { payload: `${payload}!` },
      { payload: `${payload} ` },
    ])
      expect(open(more), JSON.stringify(more).slice(0, 80)).toBeUndefined();
  });

  it('in a bundle without a key needs somebody who is trusted to be verified at all', () => {
    const identities = ['https://issuer.example.com https://git.example.com/*'];
    for (const signers of [cosign, signersOf(none), signersOf({ ...none, identities })])
      for (const verificationMaterial of [{}, null, undefined]) {
        const text = JSON.stringify({ verificationMaterial, dsseEnvelope: envelope() });
        expect(openBundle(text, signers)).toMatchObject({ signature: 'unverified', signer: null });
      }
  });
});

describe('something can be verified', () => {
  const identities = ['https://issuer.example.com  https://git.example.com/*'];
  const trustedRoot = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';
  it.each([
    ['a key', { publicKeys: pem }, true],
    ['a root and an identity', { trustedRoot, identities }, true],
    ['a key and an identity', { publicKeys: pem, identities }, true],
    ['an identity without a root', { identities }, false],
    ['an identity and a root of spaces', { identities, trustedRoot: ' \n' }, false],
    ['a root without an identity', { trustedRoot }, false],
    ['nothing', {}, false],
  ])('with %s: %3$s', (_, more, known) => {
    expect(signersOf({ ...none, ...more }).known).toBe(known);
  });

  it('by whoever the identity names, however many spaces are in it', () => {
    const [identity] = signersOf({ ...none, identities }).identities;
    expect(identity?.issuer).toBe('https://issuer.example.com');
    expect(['https://git.example.com/x', 'https://git.example.net/x'].map((one) => identity?.subject(one))).toEqual([
      true,
      false,
    ]);
  });
});

describe('what is no envelope', () => {
  it.each(['', '{}', '[]', 'null', '{"payload":"!","payloadType":"x","signatures":[]}'])('%j', (text) => {
    expect(openEnvelope(text, cosign)).toBeUndefined();
    expect(openBundle(text, cosign)).toBeUndefined();
  });
});
