import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
  name: string;
  privateKey: KeyObject;
}

export interface CertificateWish {
  name: string;
  /** Subject alternative names: DNS names and IPv4 addresses. */
  hosts?: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
  /** May sign others. */
  authority?: boolean;
  /** Self-signed without. */
  issuer?: TestCertificate;
}

/**
 * Makes an X.509 certificate (RFC 5280) at test time: no private key lies in the repository and none ever expires.
 * Only what tests need: ECDSA P-256, basicConstraints and subjectAltName.
 */
export function makeCertificate(wish: CertificateWish): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = wish.issuer ?? { name: wish.name, privateKey };
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer.name),
    sequence(
      time(wish.notBefore ?? new Date(Date.now() - 3_600_000)),
      time(wish.notAfter ?? new Date(Date.now() + 86_400_000)),
    ),
    distinguishedName(wish.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions(wish, publicKey))),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  const der = sequence(body, algorithm, element(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    certificate: pem('CERTIFICATE', der),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    name: wish.name,
    privateKey,
  };
}

function extensions(wish: CertificateWish, publicKey: KeyObject): Buffer[] {
  const identifier = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  const critical = element(0x01, Buffer.from([0xff]));
  const constraints = sequence(...(wish.authority === true ? [critical] : []));
  const names = (wish.hosts ?? []).map((host) =>
    /^[\d.]+$/.test(host)
      ? element(0x87, Buffer.from(host.split('.').map(Number)))
      : element(0x82, Buffer.from(host, 'ascii')),
  );
  return [
    sequence(oid('2.5.29.19'), critical, octets(constraints)),
    sequence(oid('2.5.29.14'), octets(octets(identifier))),
    ...(names.length === 0 ? [] : [sequence(oid('2.5.29.17'), octets(sequence(...names)))]),
  ];
}

function distinguishedName(name: string): Buffer {
  const attribute = sequence(oid('2.5.4.3'), element(0x0c, Buffer.from(name, 'utf8')));
  return sequence(element(0x31, attribute));
}

function time(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return element(0x18, Buffer.from(`${digits}Z`, 'ascii'));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

function octets(content: Buffer): Buffer {
  return element(0x04, content);
}

function integer(content: Buffer): Buffer {
  return element(0x02, content);
}

function tagged(number: number, content: Buffer): Buffer {
  return element(0xa0 | number, content);
}

/** DER: tag, length (short form below 128, else as few bytes as it needs), content. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
