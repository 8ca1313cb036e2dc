import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SliceEvent } from '../contract.ts';
import { fromText, toText, wire, wireAnswer, wireQuestion } from './wire.ts';

const place = { stream: 'things', scope: 'main' };
const proven = { method: 'list', proof: 'key_set', sourceMoved: false, absenceTrusted: true } as const;

/** One of each kind. */
const events: SliceEvent[] = [
  { type: 'records', ...place, records: [{ key: 'a', nested: { list: [1, null, 'ü'] } }], cursor: { page: 2 } },
  { type: 'restart', ...place },
  { type: 'set_aside', ...place, text: '{}', reason: 'unknown' },
  { type: 'complete', ...place, sourceCount: 1, ...proven, bookmark: { at: '1' }, gone: ['b'], coverage: 'changes' },
  { type: 'counts', ...place, byStatus: { OPEN: 2 }, behind: false, method: 'facets' },
  { type: 'fingerprints', ...place, bytes: new Uint8Array([0, 1, 127, 128, 255]) },
  { type: 'polled', stream: 'things', slice: 'thing:a', scope: 'main', touchedAt: null },
  { type: 'unavailable', ...place, code: 'invalid_permissions', message: 'It is blocked.', hidesOthers: true },
  { type: 'slice', slice: 'thing:a', version: '1', touchedAt: null },
  { type: 'cursor', name: 'all:changes', value: '7' },
  { type: 'identity', serverId: 'server-1' },
  { type: 'progress', stage: 'Things', done: 1, total: null },
  { type: 'expected', records: 5 },
];

const traffic = { requests: 3, retries: 1 };
const stored = { changes: true, rows: true, known: false };

const messages: Record<keyof typeof wire, unknown[]> = {
  lease: [{ taskId: 1, fence: 2 }],
  assignment: [
    null,
    { lease: { taskId: 1, fence: 2 }, runId: 3, slice: 'thing:a', phase: 'current', leaseSeconds: 60, slots: 4 },
  ],
  opened: [
    {
      name: 'things',
      kind: 'fake',
      settings: { url: 'http://things.example' },
      secrets: { apiToken: 't' },
      reach: { configuredHost: 'things.example', loopbackAllowed: false, methods: ['GET'], ownPorts: [8420] },
      request: {
        phase: 'current',
        slice: 'thing:a',
        since: '2026-01-01T00:00:00.000Z',
        purpose: 'ingest',
        cursors: { 'all:changes': '7' },
        resume: { 'things main': 'complete', 'others ': { cursor: { page: 2 } } },
        facts: {
          polls: [{ slice: 'thing:a', stream: 'things', scope: 'main', name: 'main', bookmark: null }],
          companions: [{ key: 'a:pr-1', of: 'a', name: '1' }],
        },
        named: ['pull_request:1'],
        unread: { places: [place], only: true },
        stored,
      },
    },
  ],
  beat: [{ state: 'held', slots: 2, pausedUntil: '2026-01-01T00:00:00.000Z' }],
  batch: [{ sequence: 1, events }],
  finish: [{ sequence: 2, events, traffic }],
  failure: [
    { type: 'stopping', traffic },
    { type: 'failed', code: 'rate_limited', message: 'Wait.', upstream: null, retryAt: null, traffic },
  ],
  decision: [{ action: 'retry', delaySeconds: 2.5 }],
};

describe('what a worker and its planner say to each other', () => {
  it.each(Object.entries(messages))('is the same after it was text: %s', (name, all) => {
    const schema = wire[name as keyof typeof wire];
    for (const message of all) expect(fromText<unknown>(schema, toText(schema, message))).toEqual(message);
  });

  it('has each kind of event', () => {
    const kinds = z.object({ events: z.array(z.object({ type: z.string() })) }).parse(messages.batch[0]).events;
    expect(new Set(kinds.map(({ type }) => type)).size).toBe(13);
  });

  it.each([
    ['fingerprints', place, new Uint8Array([255, 0])],
    ['fingerprints', place, null],
    ['bookmark', place, { value: { at: '1' }, touchedAt: null }],
    ['stagedKeys', { ...place, from: 0 }, { keys: ['a'], next: 20_000 }],
    [
      'rows',
      { ...place, filter: { keys: ['a', 'b'], status: 'OPEN' }, after: '' },
      { rows: [{ key: 'a', status: 'OPEN' }], next: null },
    ],
    ['known', {}, [['a', null]]],
  ] as const)('is asked and answered in text: %s', (name, question, answer) => {
    expect(fromText(wireQuestion(name), toText(wireQuestion(name), question))).toEqual(question);
    expect(fromText(wireAnswer(name), toText(wireAnswer(name), answer))).toEqual(answer);
  });
});

describe('what is not such a message', () => {
  it.each([
    ['bytes that are none', 'batch', { sequence: 1, events: [{ type: 'fingerprints', ...place, bytes: '%%' }] }],
    ['an event nobody knows', 'batch', { sequence: 1, events: [{ type: 'publish' }] }],
    ['a batch before the first', 'batch', { sequence: 0, events: [] }],
    ['a code that the catalogue has not', 'failure', { type: 'failed', code: 'oops', message: '', traffic }],
    ['a lease without a fence', 'lease', { taskId: 1 }],
  ] as const)('is refused: %s', (_, name, message) => {
    expect(() => fromText<unknown>(wire[name], JSON.stringify(message))).toThrow();
  });
});
