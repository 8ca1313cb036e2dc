import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/features/ingestion/contract.ts';
import {
  auditWords,
  completenessWords,
  fallingEstimate,
  noteWords,
  progressWords,
  proofWords,
  retrievalProcess,
  scanRange,
  shareDone,
} from './run-words.ts';

const run = (change: Partial<Run> = {}): Run => ({
  id: 1,
  integrationId: 1,
  integrationName: 'sonar-lab',
  kind: 'incremental_sync',
  status: 'success',
  requestedBy: 'schedule',
  scanFrom: '2026-11-21T08:26:00Z',
  scanTo: '2026-11-21T08:41:00Z',
  aggregationStatus: 'success',
  startedAt: '2026-11-21T08:41:02Z',
  finishedAt: '2026-11-21T08:41:06Z',
  durationMs: 4000,
  retries: 0,
  httpRequests: 9,
  httpRetries: 0,
  completeness: null,
  rowsChanged: 0,
  rowsGone: 0,
  rowsHeld: 0,
  error: null,
  progress: null,
  ...change,
});

describe('a run in words', () => {
  it('names its scan range', () => {
    expect([
      scanRange(run()),
      scanRange(run({ scanFrom: null })),
      scanRange(run({ scanFrom: null, scanTo: null })),
      scanRange(run({ status: 'scheduled' })),
    ]).toEqual(['21 Nov 08:26 → 08:41', 'beginning → 21 Nov 08:41', 'everything', 'next: 21 Nov 08:41']);
  });

  it('is followed by the newest aggregation, except an aggregation itself', () => {
    expect([
      retrievalProcess(run()),
      retrievalProcess(run({ kind: 'aggregation' })),
      retrievalProcess(run({ aggregationStatus: null })),
    ]).toEqual(['Incremental sync · aggregation success', 'Aggregation', 'Incremental sync']);
  });

  it('says how far it is only as far as that is known', () => {
    const progress = {
      stage: 'Reading issues',
      tasksDone: 91,
      tasksTotal: 148,
      recordsStaged: 40_000,
      recordsTotal: 81_170,
      recordsPerSecond: 2140,
      secondsLeft: 20,
    };
    expect(progressWords(progress)).toBe(
      'Reading issues · 91 of 148 tasks · 40,000 of 81,170 rows · 2,140 rows/s · about 20 s left',
    );
    const beginning = {
      stage: null,
      tasksDone: 0,
      tasksTotal: 0,
      recordsStaged: 0,
      recordsTotal: null,
      recordsPerSecond: null,
      secondsLeft: null,
    };
    expect(progressWords(beginning)).toBe('');
    expect([shareDone(progress), shareDone(beginning)]).toEqual([40_000 / 81_170, null]);
    expect(shareDone({ ...progress, recordsTotal: null })).toBe(91 / 148);
  });

  it('shows an estimate while it falls, and none while it has risen', () => {
    expect(fallingEstimate(30, null)).toBe(30);
    expect(fallingEstimate(20, 30)).toBe(20);
    expect(fallingEstimate(31, 30)).toBeNull();
    expect(fallingEstimate(null, 30)).toBeNull();
  });

  it('says what is stored, what is not proven and what changed', () => {
    expect(completenessWords({ stored: 69_158, source: 69_170, unproven: 1 })).toBe(
      '69,158 / 69,170, 1 listing not proven',
    );
    expect(noteWords(run({ rowsChanged: 3, rowsGone: 2 }))).toBe('3 rows changed, 2 of them gone at the source');
    expect([noteWords(run({ rowsChanged: 3 })), noteWords(run({ status: 'scheduled' }))]).toEqual([
      '3 rows changed',
      '',
    ]);
    expect(proofWords({ proof: 'key_set', sourceMoved: true })).toBe('every key listed; the source moved meanwhile');
  });

  it('says what the last audit of a scope found', () => {
    const audit = {
      id: 1,
      at: '2026-01-01T00:00:00Z',
      source: 5,
      stored: 5,
      differences: 0,
      behind: false,
      repairedAt: null,
    };
    const words = [
      audit,
      { ...audit, stored: 4 },
      { ...audit, differences: 2 },
      { ...audit, differences: 2, repairedAt: '2026-01-01T01:00:00Z' },
      { ...audit, differences: 2, behind: true },
    ].map(auditWords);
    expect(words).toEqual([
      'equal',
      'counts differ',
      '2 differences',
      '2 differences, repaired',
      'changed since the last sync',
    ]);
  });
});
