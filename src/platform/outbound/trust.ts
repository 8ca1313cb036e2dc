import { readPem } from '../../domain/pem.ts';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

export interface Trust {
  /** Node's own list, the operating system's, NODE_EXTRA_CA_CERTS and `extra` (PEM, any number of certificates). */
  context(extra: string | undefined): SecureContext;
}

/**
 * Reading the system's certificates takes about 50 ms and a context 15 ms, too much for each task of a sync: a process
 * makes one of these, which keeps what does not change.
 */
export function createTrust(): Trust {
  let known: string[] | undefined;
  const contexts = new Map<string, SecureContext>();
  return {
    context(extra = '') {
      const kept = contexts.get(extra);
      if (kept !== undefined) return kept;
      known ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
      // OpenSSL reads only the first certificate of a text.
      const added = readPem(extra).blocks.filter((block) => block.startsWith('-----BEGIN CERTIFICATE-----'));
      const context = createSecureContext({ ca: [...known, ...added] });
      contexts.set(extra, context);
      return context;
    },
  };
}
