import type { CatalogueEntry } from './entry.ts';

/** Codes of image registries and of what is read from them. */
export const registryErrors = {
  not_a_registry: {
    status: 422,
    retryable: false,
    title: 'The address answers, but not as an image registry.',
    remedy: 'Enter the address that docker login takes, without a path; GET /v2/ must answer there with 200 or 401.',
  },
  repository_not_found: {
    status: 422,
    retryable: false,
    title: 'A named repository does not exist for this credential.',
    remedy:
      'Enter the repository as in docker pull, without registry and tag, and check that the credential may pull it.',
  },
  registry_token_service_refused: {
    status: 422,
    retryable: false,
    title: 'The registry sends its credential to a token service that nobody confirmed.',
    remedy: 'If that host is right, enter it as the integration’s “Token service” setting.',
  },
  image_limits_exceeded: {
    status: 422,
    retryable: false,
    title: 'The image is larger than what is read of one: too many, too deep or too large manifests.',
    remedy: 'Look at the image’s index; a normal one has a manifest per platform and its attestations.',
  },
  digest_mismatch: {
    status: 502,
    retryable: false,
    title: 'The registry answered with content that has another digest.',
    remedy: 'Check caches and proxies in front of the registry and its storage; nothing of that content was used.',
  },
  manifest_invalid: {
    status: 422,
    retryable: false,
    title: 'A manifest is not what its media type says.',
    remedy: 'Push the image again with a current builder; what is wrong is named here.',
  },
  manifest_unsupported: {
    status: 422,
    retryable: false,
    title: 'The image has a manifest of Docker’s schema 1, which is not read.',
    remedy: 'Push the image again with a current builder, or pull and push it with a current Docker.',
  },
  manifest_missing: {
    status: 404,
    retryable: false,
    title: 'The registry does not have a manifest or blob that the image names.',
    remedy: 'Push the image again; the registry’s clean-up may have removed a part of it.',
  },
} as const satisfies Record<string, CatalogueEntry>;
