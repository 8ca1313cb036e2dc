import { describe, expect, it } from 'vitest';
import { hasEnded, isSettled, openStatuses, statusClass } from './status.ts';

describe('the class of a status', () => {
  it.each([
    ['Success', 'success'],
    ['IgnoreFailed', 'success'],
    ['Failed', 'failure'],
    ['Errored', 'failure'],
    ['Expired', 'failure'],
    ['ApprovalRejected', 'failure'],
    ['Aborted', 'cancelled'],
    ['AbortedByFreeze', 'cancelled'],
    ['Skipped', 'neutral'],
    ['Suspended', 'neutral'],
    ['Running', 'running'],
    ['AsyncWaiting', 'running'],
    ['TaskWaiting', 'running'],
    ['TimedWaiting', 'running'],
    ['WaitStepRunning', 'running'],
    ['Discontinuing', 'running'],
    ['Pausing', 'running'],
    ['NotStarted', 'waiting'],
    ['Queued', 'waiting'],
    ['QueuedLicenseLimitReached', 'waiting'],
    ['QueuedExecutionConcurrencyReached', 'waiting'],
    ['QueuedGlobalInfraCapacityReached', 'waiting'],
    ['Paused', 'waiting'],
    ['ResourceWaiting', 'waiting'],
    ['Waiting', 'waiting'],
    ['InterventionWaiting', 'waiting'],
    ['ApprovalWaiting', 'waiting'],
    ['InputWaiting', 'waiting'],
    ['UploadWaiting', 'waiting'],
  ])('of %s is %s, in whatever spelling', (status, expected) => {
    const upper = status.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
    expect([status, status.toLowerCase(), upper].map(statusClass)).toEqual([expected, expected, expected]);
    expect(hasEnded(status)).toBe(['success', 'failure', 'cancelled', 'neutral'].includes(expected));
  });

  it.each(['', 'Succeeded', 'Rolling', 'constructor'])('of “%s” is not known, and it has not ended', (status) => {
    expect([statusClass(status), hasEnded(status)]).toEqual(['unknown', false]);
  });
});

it('what is asked for as open is what every server knows, and nothing that has ended', () => {
  expect(openStatuses).toHaveLength(16);
  expect(openStatuses.some(hasEnded)).toBe(false);
  expect(openStatuses).not.toContain('UploadWaiting');
});

describe('an execution is settled', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  const day = 86_400_000;

  it('when it has ended, and never before, however old it is', () => {
    expect(isSettled('Failed', null, now)).toBe(true);
    expect(isSettled('ApprovalWaiting', now - 400 * day, now)).toBe(false);
  });

  it('with a status that nobody knows after 14 days, and not where nobody knows when it began', () => {
    expect(isSettled('Bespoke', now - 14 * day, now)).toBe(false);
    expect(isSettled('Bespoke', now - 14 * day - 1, now)).toBe(true);
    expect(isSettled('Bespoke', null, now)).toBe(false);
  });
});
