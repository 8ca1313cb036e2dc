import { checkWords } from '../../contract.ts';

/** The checks in the order in which they run. */
export const words = checkWords({
  reachable: 'The address answers',
  tls_trusted: 'The TLS certificate is trusted',
  is_registry: 'An image registry answers there',
  credential_valid: 'The credential is accepted',
  list_repositories: 'Repositories can be listed',
  named_repositories: 'Every named repository exists and can be read',
  read_manifests: 'Manifests can be read',
  attachments: 'How attached provenance is found',
  signatures: 'Signatures can be verified',
});

export const { ok, skipped, untried, warning, failedBy } = words;
export type CheckName = (typeof words.names)[number];
