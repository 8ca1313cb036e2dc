import selfsigned from 'selfsigned';

export interface TestCertificate {
  /** PEM; also what a client must trust, since it signs itself. */
  cert: string;
  key: string;
}

/** A self-signed certificate for loopback and the given host names, made anew for each test. */
export async function makeCertificate(hosts: readonly string[] = []): Promise<TestCertificate> {
  const names = ['localhost', ...hosts];
  const pems = await selfsigned.generate([{ name: 'commonName', value: 'Plumbline test certificate, trust nowhere' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7 as const, ip: '127.0.0.1' }],
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}
