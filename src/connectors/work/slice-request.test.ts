import { describe, expect, it } from 'vitest';
import type { WorkRequest } from './messages.ts';
import type { WorkPort } from './port.ts';
import { sliceRequest } from './slice-request.ts';

const lease = { taskId: 1, fence: 2 };
const asked: WorkRequest = {
  phase: 'current',
  slice: 'thing:a',
  since: '2026-01-01T00:00:00.000Z',
  purpose: 'ingest',
  cursors: { 'all:changes': '7' },
  resume: {},
  facts: null,
  named: null,
  unread: null,
  stored: { changes: false, rows: false, known: false },
};

/** Answers one question after the other, and notes them. */
function answering(...answers: unknown[]) {
  const questions: unknown[] = [];
  const port = {
    ask: async (of: unknown, name: string, question: object) => {
      questions.push([of, name, question]);
      return answers.shift();
    },
  } as unknown as Pick<WorkPort, 'ask'>;
  return { port, questions };
}

describe('what a connector is asked', () => {
  it('is what the planner says, and nothing stored is offered where it offers none', () => {
    const request = sliceRequest(asked, answering().port, lease);
    expect(request).toMatchObject({ phase: 'current', slice: 'thing:a', since: new Date(asked.since) });
    expect(Object.keys(request)).not.toEqual(expect.arrayContaining(['stored']));
    expect([request.stored, request.rows, request.known, request.unread]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('has what lies in the stage page by page, to the last', async () => {
    const { port, questions } = answering(
      { keys: ['a', 'b'], next: 20_000 },
      { keys: [], next: 40_000 },
      { keys: ['c'], next: null },
    );
    const request = sliceRequest(asked, port, lease);
    const pages = await Array.fromAsync(request.stagedKeys?.('things', 'main') ?? []);
    expect(pages).toEqual([['a', 'b'], [], ['c']]);
    expect(questions).toEqual(
      [0, 20_000, 40_000].map((from) => [lease, 'stagedKeys', { stream: 'things', scope: 'main', from }]),
    );
  });

  it('has the rows that are stored page by page, each after the last key', async () => {
    const row = (key: string) => ({ key, status: 'OPEN' });
    const { port, questions } = answering({ rows: [row('a'), row('b')], next: 'b' }, { rows: [row('c')], next: null });
    const request = sliceRequest({ ...asked, stored: { ...asked.stored, rows: true } }, port, lease);
    const filter = { status: 'OPEN' };
    const pages = await Array.fromAsync(request.rows?.('things', 'main', filter) ?? []);
    expect(pages.flat().map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(questions).toEqual(
      ['', 'b'].map((after) => [lease, 'rows', { stream: 'things', scope: 'main', filter, after }]),
    );
  });

  it('asks for the bytes beside a bookmark only when they are wanted', async () => {
    const { port, questions } = answering({ value: 1, touchedAt: null }, new Uint8Array([7]), null);
    const stored = { ...asked.stored, changes: true, known: true };
    const request = sliceRequest({ ...asked, stored }, port, lease);
    const bookmark = await request.stored?.bookmark('things', 'main');
    expect([bookmark?.value, questions.length]).toEqual([1, 1]);
    expect(await bookmark?.fingerprints()).toEqual(new Uint8Array([7]));
    expect(await request.stored?.bookmark('things', 'other')).toBeNull();
  });

  it('knows what is stored by key with the source’s own id', async () => {
    const { port } = answering([
      ['a', '1'],
      ['b', null],
    ]);
    const request = sliceRequest({ ...asked, stored: { ...asked.stored, known: true } }, port, lease);
    expect(await request.known?.()).toEqual(
      new Map([
        ['a', '1'],
        ['b', null],
      ]),
    );
  });
});
