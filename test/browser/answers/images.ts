import * as contract from '../../../src/features/images/contract.ts';
import type {
  Image,
  ImageClaim,
  ImagePlatform,
  ImageRow,
  RepositoryRow,
} from '../../../src/features/images/contract.ts';
import { prepared } from '../stage.ts';

const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const registry = { id: 2, name: 'registry-production' };

const row = (change: Partial<ImageRow>): ImageRow => ({
  id: 1,
  integration: registry,
  repository: { id: 1, name: 'shop/checkout' },
  digest: digest('a'),
  tags: ['2.14.0', 'latest'],
  platforms: ['linux/amd64', 'linux/arm64/v8'],
  provenance: {
    outcome: 'resolved',
    trust: 'signed',
    commit,
    repositoryKey: 'git.example.com/shop/checkout',
    dirty: false,
  },
  createdAt: '2026-11-21T08:02:00.000Z',
  firstSeenAt: '2026-11-21T08:04:00.000Z',
  untaggedAt: null,
  goneAt: null,
  leftScopeAt: null,
  problem: null,
  ...change,
});

const nothing = { outcome: 'NO_PROVENANCE', trust: null, commit: null, repositoryKey: null, dirty: false } as const;

const rows: ImageRow[] = [
  row({}),
  row({
    id: 2,
    digest: digest('b'),
    tags: ['main', 'main-482', 'main-890590b', 'nightly', 'canary', 'staging'],
    provenance: { ...row({}).provenance, trust: 'client', dirty: true },
  }),
  row({
    id: 3,
    digest: digest('c'),
    repository: { id: 2, name: 'platform/internal/very-long-team-name/partner-gateway-sidecar' },
    tags: ['1.0'],
    provenance: nothing,
    createdAt: null,
  }),
  row({
    id: 4,
    digest: digest('d'),
    tags: [],
    untaggedAt: '2026-11-20T08:00:00.000Z',
    provenance: { ...nothing, outcome: null },
  }),
  row({
    id: 5,
    digest: digest('e'),
    tags: ['broken'],
    platforms: [],
    provenance: { ...nothing, outcome: null },
    problem: { code: 'image_limits_exceeded', message: 'The image lists more than 200 manifests.' },
  }),
  row({
    id: 6,
    digest: digest('f'),
    tags: [],
    goneAt: '2026-11-20T08:00:00.000Z',
    provenance: { ...nothing, outcome: 'PROVENANCE_CONFLICT' },
  }),
];

const platform = (change: Partial<ImagePlatform>): ImagePlatform => ({
  digest: digest('1'),
  os: 'linux',
  architecture: 'amd64',
  variant: null,
  size: 184_210_400,
  createdAt: '2026-11-21T08:02:00.000Z',
  outcome: 'resolved',
  trust: 'signed',
  claim: 0,
  repositoryKey: 'git.example.com/shop/checkout',
  repositoryUrl: 'https://git.example.com/shop/checkout',
  commit,
  commitExact: true,
  dirty: false,
  ref: 'refs/heads/main',
  subdir: 'services/checkout',
  inherited: true,
  warnings: ['CLAIMS_DIFFER'],
  ...change,
});

const claim = (change: Partial<ImageClaim>): ImageClaim => ({
  ordinal: 0,
  platformDigest: null,
  trust: 'signed',
  place: 'referrer',
  source: 'https://git.example.com/shop/checkout',
  repositoryKey: 'git.example.com/shop/checkout',
  revision: commit,
  ref: 'refs/heads/main',
  subdir: 'services/checkout',
  predicateType: 'https://slsa.dev/provenance/v1',
  buildType: 'https://actions.github.io/buildtypes/workflow/v1',
  builderId: null,
  builtAt: '2026-11-21T08:02:00.000Z',
  signature: 'verified',
  signer:
    'https://git.example.com/shop/checkout/.github/workflows/release.yml@refs/heads/main (https://token.actions.githubusercontent.com)',
  manifestDigest: digest('2'),
  statementDigest: digest('3'),
  problem: null,
  detail: null,
  ...change,
});

const image: Image = {
  ...row({}),
  mediaType: 'application/vnd.oci.image.index.v1+json',
  signatureRequired: false,
  absentPlatforms: ['linux/ppc64le'],
  platforms: [
    platform({}),
    platform({ digest: digest('4'), architecture: 'arm64', variant: 'v8' }),
    platform({
      digest: digest('5'),
      architecture: 's390x',
      outcome: 'PROVENANCE_WITHOUT_VCS',
      trust: null,
      claim: null,
      commit: null,
      commitExact: null,
      repositoryKey: null,
      repositoryUrl: null,
      ref: null,
      subdir: null,
      inherited: null,
      warnings: [],
      size: null,
    }),
  ],
  claims: [
    claim({}),
    claim({
      ordinal: 1,
      platformDigest: digest('1'),
      trust: 'client',
      place: 'index_attestation',
      revision: 'deadbeef-dirty',
      signature: 'none',
      signer: null,
      ref: null,
    }),
    claim({
      ordinal: 2,
      platformDigest: digest('5'),
      trust: 'client',
      place: 'index_attestation',
      source: null,
      repositoryKey: null,
      revision: null,
      ref: null,
      subdir: null,
      signature: 'none',
      signer: null,
      problem: 'without_vcs',
      detail: 'The statement names no commit of a repository.',
    }),
    claim({
      ordinal: 3,
      trust: 'annotation',
      place: 'index',
      revision: 'v2.14.0',
      ref: null,
      subdir: null,
      signature: 'none',
      signer: null,
      builtAt: null,
      manifestDigest: null,
      statementDigest: null,
    }),
  ],
  tagHistory: [
    { name: 'latest', imageId: 1, digest: digest('a'), from: '2026-11-21T08:04:00.000Z', to: null },
    { name: '2.14.0', imageId: 1, digest: digest('a'), from: '2026-11-21T08:04:00.000Z', to: null },
    {
      name: 'latest',
      imageId: 7,
      digest: digest('9'),
      from: '2026-11-14T08:04:00.000Z',
      to: '2026-11-21T08:04:00.000Z',
    },
  ],
  pullReference: `registry.example.com/shop/checkout@${digest('a')}`,
};

const repository = (change: Partial<RepositoryRow>): RepositoryRow => ({
  id: 1,
  name: 'shop/checkout',
  integration: registry,
  tags: 148,
  images: 131,
  withCommit: 130,
  newestAt: '2026-11-21T08:04:00.000Z',
  readAt: '2026-11-21T09:58:00.000Z',
  leftAt: null,
  ...change,
});

export const imageAnswers = (stage: { none?: boolean } = {}) => [
  prepared('GET', '/api/v1/images', contract.ImageList, () => ({
    images: stage.none === true ? [] : rows,
    total: stage.none === true ? 0 : 1_204,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/images/repositories', contract.RepositoryList, () => ({
    repositories:
      stage.none === true
        ? []
        : [
            repository({}),
            repository({
              id: 2,
              name: 'platform/internal/very-long-team-name/partner-gateway-sidecar',
              tags: 0,
              images: 0,
              withCommit: 0,
              newestAt: null,
              readAt: null,
            }),
          ],
    total: stage.none === true ? 0 : 2,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/images/:id', contract.Image, () => image),
];
