import * as contract from '../../../src/features/operations/contract.ts';
import { prepared } from '../stage.ts';

const key = '9f3a61c07be2d854';

const processes: contract.ProcessList = {
  processes: [
    {
      id: '0b0c5d1e-3a74-4c39-8f0e-0d7f2f4f7a01',
      role: 'web',
      version: '0.1.0',
      host: 'plumbline-web-1',
      pid: 812,
      address: 'https://plumbline.example.com/',
      state: 'running',
      endedAt: null,
      startedAt: '2026-11-18T06:00:00.000Z',
      lastSeenAt: '2026-11-21T09:12:31.000Z',
    },
    {
      id: '0b0c5d1e-3a74-4c39-8f0e-0d7f2f4f7a02',
      role: 'worker',
      version: '0.1.0',
      host: 'plumbline-worker-2',
      pid: 97,
      address: 'http://127.0.0.1:8421/',
      state: 'silent',
      endedAt: null,
      startedAt: '2026-11-18T06:00:02.000Z',
      lastSeenAt: '2026-11-21T08:40:11.000Z',
    },
  ],
  workers: { running: 0, noneSince: '2026-11-21T08:40:11.000Z' },
  connections: { used: 27, byOthers: 4, limit: 100, needed: 31, shortage: null },
};

const installation: contract.Installation = {
  id: '7b0c5d1e-3a74-4c39-8f0e-0d7f2f4f7a10',
  copiedFrom: null,
  heldSince: null,
  decision: null,
  originalUrl: null,
};

const rotation: contract.Rotation = { phase: 'idle', keyId: key, waitingFor: [], rewrapped: 0, left: 0, failed: [] };

const retention: contract.Retention = {
  subjects: [
    {
      name: 'runs',
      title: 'Runs',
      days: 90,
      standard: 90,
      minimum: 7,
      maximum: 3_650,
      rows: 8_412,
      drops: 96,
      description: 'Runs in Monitoring with their tasks, errors and records set aside.',
      oldest: '2026-08-22T03:00:00.000Z',
      changed: null,
      last: { at: '2026-11-21T02:41:00.000Z', finishedAt: '2026-11-21T02:41:02.000Z', dropped: 94, errorCode: null },
    },
    {
      name: 'audit_trail',
      title: 'Audit trail',
      days: 365,
      standard: 730,
      minimum: 90,
      maximum: 3_650,
      rows: 1_204,
      drops: 0,
      last: null,
      description: 'Who changed what. Check what your rules ask for before making it shorter.',
      oldest: '2026-02-03T11:20:00.000Z',
      changed: { at: '2026-11-20T15:00:00.000Z', by: 'ada@example.com' },
    },
  ],
};

export const operationsAnswers = () => [
  prepared('GET', '/api/v1/installation', contract.Installation, () => installation),
  prepared('GET', '/api/v1/processes', contract.ProcessList, () => processes),
  prepared('GET', '/api/v1/vault/rotation', contract.Rotation, () => rotation),
  prepared('GET', '/api/v1/retention', contract.Retention, () => retention),
  prepared('POST', '/api/v1/retention/preview', contract.RetentionPreview, () => ({
    drops: { runs: 412, audit_trail: 31 },
  })),
];
