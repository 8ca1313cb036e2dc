import { describe, expect, it } from 'vitest';
import type { TaskVerdict } from './judge-task.ts';
import { hoursUntilRepeated, hoursUntilTriedAgain, judgeWaiting } from './judge-waiting.ts';

const success: TaskVerdict = { state: 'success', failure: undefined };
const waits = (slice: string, reasons: string[] = ['incomplete_listing'], minute = 30) => ({
  slice,
  reasons,
  notBefore: new Date(Date.UTC(2026, 0, 2, 3, minute)),
});

describe('a slice that was published as partial', () => {
  it.each([
    ['incomplete_listing', ['discovery'], 0],
    ['incomplete_listing', ['incomplete_listing', 'discovery'], 1],
    ['upstream_error', [], 0],
    ['upstream_error', ['incomplete_listing'], 0],
    ['source_moved', ['source_moved'], 0],
    ['absence_held', ['discovery'], 1],
    ['record_set_aside', [], 1],
  ])('for %s, read because of %j, waits %i hours for its next reading', (code, reasons, hours) => {
    expect(hoursUntilRepeated(code, reasons)).toBe(hours);
  });
});

it('what could not be read is tried again at once, and then ever more seldom, once a day at least', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 40].map(hoursUntilTriedAgain)).toEqual([0, 1, 2, 4, 8, 16, 24, 24, 24]);
});

describe('a discovery', () => {
  it('is a success when nothing waits', () => {
    expect(judgeWaiting(success, [])).toBe(success);
  });

  it('is partial while slices wait that are not proven complete, names them and when they are read', () => {
    expect(judgeWaiting(success, [waits('project:a', ['absence_held', 'discovery']), waits('images')])).toEqual({
      state: 'partial',
      failure: {
        code: 'absence_held',
        message:
          'Not proven complete by an earlier run: a, images. The next run after 2026-01-02T03:30Z reads it again.',
        upstream: null,
      },
    });
    expect(judgeWaiting(success, [waits('repository:team/a:b')]).failure?.message).toContain(': team/a:b.');
    const many = ['a', 'b', 'c', 'd', 'e'].map((slice) => waits(slice));
    expect(judgeWaiting(success, many).failure?.message).toContain(': a, b, c and 2 more.');
  });

  it('has a code of the catalogue whatever the reasons are', () => {
    expect(judgeWaiting(success, [waits('a', ['webhook', 'partial'])]).failure?.code).toBe('incomplete_listing');
  });

  it('keeps what its own listing came to', () => {
    const own: TaskVerdict = { state: 'partial', failure: { code: 'upstream_error', message: 'x', upstream: null } };
    expect(judgeWaiting(own, [waits('a')])).toBe(own);
  });
});
