import type { EndpointDeclaration } from '../contract.ts';

type Row = [path: string, why: string, without: string, permission: string];

const pull = 'pull on the repository';
const since = 'OCI distribution 1.0, Docker registry 2.0';

/** Every call this connector makes; a test compares this list with a journal of requests. Layers are never asked for. */
const rows: Row[] = [
  ['v2/', 'Is this a registry, and is the credential accepted?', 'Nothing can be read.', 'none'],
  [
    'v2/_catalog',
    'Names of repositories, where none or a pattern was entered.',
    'Repositories must be entered by name.',
    'registry:catalog:* (often an administrator’s)',
  ],
  ['v2/<name>/tags/list', 'Tags of a repository.', 'Nothing of the repository is read.', pull],
  [
    'v2/<name>/manifests/<reference>',
    'Where a tag points (HEAD), indexes, manifests and attestation manifests.',
    'Nothing of the repository is read.',
    pull,
  ],
  [
    'v2/<name>/blobs/<digest>',
    'Configurations and attestations of an image; may redirect to the registry’s storage.',
    'Labels and provenance are missing.',
    pull,
  ],
  [
    'v2/<name>/referrers/<digest>',
    'What was attached to an image: signed provenance.',
    'Where there is no such call, attached provenance is found by its tags; where it is forbidden, images are unreadable.',
    pull,
  ],
];

export const endpoints: readonly EndpointDeclaration[] = [
  ...rows.map(([path, why, without, permission]) => ({
    method: 'GET' as const,
    path,
    ...(path.includes('<name>') ? { spans: ['name'] } : {}),
    since,
    permission,
    why,
    without,
  })),
  {
    method: 'GET',
    path: '<token service>',
    since,
    permission: 'the credential',
    why: 'A token for the calls above, where the registry asks for one; the registry names the address.',
    without: 'Nothing can be read of registries with a token service.',
  },
];
