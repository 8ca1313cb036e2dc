import { describe, expect, it } from 'vitest';
import type { Line, Station, TraceAnswer } from '../../features/trace/contract.ts';
import { renderTrace } from './trace-lines.ts';

const station = (ref: string, title: string, more: Partial<Station> = {}): Station => ({
  ref,
  station: ref.split(':')[0] as Station['station'],
  title,
  state: null,
  standing: 'neutral',
  at: null,
  integration: null,
  link: null,
  readAt: null,
  staleSince: null,
  tooOld: false,
  facts: {},
  ...more,
});
const line: Line = {
  start: 'image:1',
  worst: [],
  stations: [
    station('image:1', 'team/`evil`|\u001b[2J', { state: 'tagged', integration: { id: 4, name: 'registry' } }),
    station('commit:abc', 'abc'),
  ],
  links: [
    {
      kind: 'built_from',
      from: 'image:1',
      to: 'commit:abc',
      certainty: 'stated',
      note: 'short_commit',
      source: { integration: null, stream: 'images', record: 'x' },
      seenAt: '2026-11-30T12:00:00.000Z',
      validFrom: '2026-11-30T12:00:00.000Z',
      validTo: null,
    },
  ],
  missing: [
    {
      at: 'image:1',
      expects: 'deployment',
      code: 'trace_never_deployed',
      message: 'No deployment of this image is known.',
      remedy: 'Report deployments.',
      details: ['a', 'b'],
    },
  ],
  cut: ['deployment'],
};
const answer: TraceAnswer = { text: 'x', found: [line.stations[0] as Station], line };

describe('a line', () => {
  it('is printed from the commit on, with what is sure and what is missing', () => {
    const text = renderTrace(answer, 'text');
    expect(text.indexOf('commit')).toBeLessThan(text.indexOf('image '));
    expect(text).toMatch(/image:1 +built from +commit:abc +stated +short_commit/);
    expect(text).toContain(
      '? image:1: No deployment of this image is known. (a; b) Report deployments. [trace_never_deployed]',
    );
    expect(text).toContain('There is more than is shown of: deployment.');
    expect(text).not.toContain('\u001b');
  });

  it('of a time before says so first, what cannot be told of it, and last what is said otherwise now', () => {
    const asOf = {
      at: '2026-09-30T12:00:00.000Z',
      untold: [{ code: 'said_by_removed', message: 'Removed since.', remedy: 'Restore.', details: ['mirror'] }],
      now: {
        found: [],
        line: null,
        differences: [
          { what: 'station' as const, at: ['image:1'], title: 'team/ledger', before: 'tagged', now: null },
          { what: 'missing' as const, at: ['image:1'], title: 'team/ledger: deployment', before: null, now: 'None.' },
        ],
      },
    };
    const lines = renderTrace({ ...answer, asOf }, 'text').split('\n');
    expect(lines[0]).toBe('As it was said at 2026-09-30T12:00:00.000Z.');
    expect(lines).toContain('? Removed since. (mirror) Restore. [said_by_removed]');
    expect(lines.slice(-4)).toEqual([
      'What is said otherwise now:',
      '~ station team/ledger: tagged -> not said now',
      '~ missing team/ledger: deployment: not said then -> None.',
      '',
    ]);
    expect(renderTrace({ ...answer, asOf: { ...asOf, untold: [], now: null } }, 'text')).toMatch(
      /The same is said now\.\n$/,
    );
    const nothing = renderTrace({ text: 'x', found: [], line: null, asOf: { ...asOf, now: null } }, 'text');
    expect(nothing).toContain('Nothing was known under this text then.');
  });

  it('begins with what is worst', () => {
    const failed = station('analysis:2', 'Ledger|', {
      state: 'ERROR',
      standing: 'failed',
      at: '2026-11-30T12:00:00.000Z',
    });
    const doubted = station('deployment:3', 'ledger to prod', { state: 'succeeded', facts: { doubt: 'aborted' } });
    const worst = {
      ...answer,
      line: { ...line, stations: [...line.stations, doubted, failed], worst: ['analysis:2', 'deployment:3'] },
    };
    expect(renderTrace(worst, 'text').split('\n').slice(0, 2)).toEqual([
      '! analysis Ledger|: ERROR, 2026-11-30T12:00:00.000Z',
      '! deployment ledger to prod: succeeded, aborted since',
    ]);
    expect(renderTrace(worst, 'markdown').split('\n')[0]).toBe(
      '- analysis `Ledger\\|`: ERROR, 2026-11-30T12:00:00.000Z',
    );
  });

  it('is a table in Markdown, whatever names hold', () => {
    const text = renderTrace(answer, 'markdown');
    expect(text).toContain('| `image` | `team/’evil’\\|␛[2J` | `tagged` |');
    expect(text).toContain(
      '- `image:1`: No deployment of this image is known. (a; b) Report deployments. [`trace_never_deployed`]',
    );
  });

  it('is the answer as it came in JSON', () => {
    expect(JSON.parse(renderTrace(answer, 'json'))).toEqual(answer);
  });
});

it('what a text may mean is named, and how to ask for one', () => {
  const text = renderTrace({ text: 'abc', found: line.stations, line: null }, 'text');
  expect(text).toMatch(/^abc may mean any of these; ask again with the ref of one:/);
  expect(text).toContain('commit:abc');
});
