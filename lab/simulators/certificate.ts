import selfsigned from 'selfsigned';

export interface TestCertificate {
  /** PEM. */
  cert: string;
  /** PEM, PKCS #8. */
  key: string;
}

export interface CertificateWish {
  name?: string;
  /** Names and IPv4 addresses it is for; loopback when left out. */
  hosts?: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
  /** May sign others. */
  authority?: boolean;
  /** Self-signed without. */
  issuer?: TestCertificate;
}

const loopback = ['localhost', '127.0.0.1'];

/** A certificate made anew for each test: no private key lies in the repository and none ever expires. */
export async function makeCertificate(wish: CertificateWish = {}): Promise<TestCertificate> {
  const { name = 'Plumbline test certificate, trust nowhere', hosts = loopback, authority = false, issuer } = wish;
  const pems = await selfsigned.generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: wish.notBefore ?? new Date(Date.now() - 3_600_000),
    notAfterDate: wish.notAfter ?? new Date(Date.now() + 2 * 86_400_000),
    ...(issuer === undefined ? {} : { ca: issuer }),
    extensions: [
      { name: 'basicConstraints', cA: authority, critical: true },
      { name: 'subjectAltName', altNames: hosts.map(altName) },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}

const altName = (host: string) =>
  /^[\d.]+$/.test(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host };
