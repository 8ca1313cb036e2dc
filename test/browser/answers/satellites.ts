import * as contract from '../../../src/features/satellites/contract.ts';
import { satelliteYaml } from '../../../src/domain/satellite-file.ts';
import { prepared } from '../stage.ts';

const sonar = { id: 7, name: 'sonarqube-factory' };
const harness = { id: 8, name: 'harness-behind-the-firewall-of-the-other-company' };

const satellite: contract.Satellite = {
  id: 1,
  name: 'satellite-a.factory.example',
  presence: 'online',
  version: '0.1.0',
  update: 'none',
  seenAt: '2026-11-21T09:59:50.000Z',
  startedAt: '2026-11-20T06:00:00.000Z',
  clockAheadMs: 180,
  clockDiffers: false,
  keyId: 2,
  keyRevoked: false,
  integrations: [sonar, harness],
  running: 2,
  memoryBytes: 118_000_000,
  buffer: { bytes: 0, full: false },
  differing: [{ integration: sonar, settings: ['projectKeys'] }],
  errors: [],
};

const key: contract.SatelliteKey = {
  id: 2,
  name: 'sonarqube-factory, harness',
  integrations: [sonar, harness],
  madeBy: 'ada@example.com',
  createdAt: '2026-11-20T05:58:00.000Z',
  lastUsedAt: '2026-11-21T09:59:00.000Z',
  revokedAt: null,
  revokedBy: null,
};

const list: contract.SatelliteList = {
  satellites: [
    satellite,
    {
      ...satellite,
      id: 2,
      name: 'satellite-b.factory.example',
      presence: 'stale',
      update: 'available',
      version: '0.0.9',
      clockAheadMs: -612_000,
      clockDiffers: true,
      running: 0,
      buffer: { bytes: 268_435_456, full: true },
      errors: [
        {
          at: '2026-11-21T09:52:00.000Z',
          code: 'unreachable',
          message: 'sonarqube.factory.example refuses connections.',
          integration: 7,
        },
      ],
    },
    {
      ...satellite,
      id: 3,
      name: 'old-laptop',
      presence: 'offline',
      keyRevoked: true,
      keyId: 1,
      running: null,
      memoryBytes: null,
      buffer: null,
    },
  ],
  keys: [
    key,
    {
      ...key,
      id: 1,
      madeBy: 'grace@example.com',
      lastUsedAt: null,
      revokedAt: '2026-11-20T09:00:00.000Z',
      revokedBy: 'ada@example.com',
    },
  ],
  queue: [
    { ...sonar, kind: 'sonarqube', pending: false, online: 1, waiting: 14, reading: 2 },
    { ...harness, kind: 'harness', pending: true, online: 0, waiting: 0, reading: 0 },
  ],
};

/** `asked` keeps what files were asked for. */
export const satelliteAnswers = ({ asked = [] }: { asked?: unknown[] } = {}) => [
  prepared('GET', '/api/v1/satellites', contract.SatelliteList, () => list),
  prepared('POST', '/api/v1/satellites/files', contract.SatelliteFile, ({ body }) => {
    asked.push(body);
    const integration = {
      id: 7,
      kind: 'sonarqube',
      name: sonar.name,
      url: 'https://sonarqube.factory.example',
      settings: {},
    };
    const yaml = satelliteYaml({
      tenant: '3f0f9c4e-0000-4000-8000-000000000001',
      apiKey: `plbsat_${'A'.repeat(43)}`,
      url: 'https://plumbline.example.com/satellite/v1',
      integrations: [integration],
    });
    return { fileName: 'satellite.yml', keyId: 3, yaml };
  }),
  prepared('POST', '/api/v1/satellites/keys/:id/revoke', contract.KeyAnswer, () => ({ key })),
];
