import { describe, expect, it } from 'vitest';
import { knowsStatus, profileOf } from './profiles.ts';
import { isBeforeStart, isTerminal, sameStatus, statusClass } from './statuses.ts';

describe('statuses', () => {
  it.each([
    ['Success', 'success', true],
    ['IgnoreFailed', 'success', true],
    ['Expired', 'failure', true],
    ['APPROVAL_REJECTED', 'failure', true],
    ['AbortedByFreeze', 'cancelled', true],
    ['Suspended', 'neutral', true],
    ['WaitStepRunning', 'running', false],
    ['UploadWaiting', 'running', false],
    ['Discontinuing', 'running', false],
    ['INTERVENTION_WAITING', 'waiting', false],
    ['Waiting', 'waiting', false],
    ['Quarantined', 'unknown', false],
  ] as const)('%s is %s', (status, kind, terminal) => {
    expect([statusClass(status), isTerminal(status)]).toEqual([kind, terminal]);
  });

  it('have a start only once they are out of the queue', () => {
    for (const status of ['Queued', 'QueuedLicenseLimitReached', 'NotStarted', 'NOT_STARTED'])
      expect(isBeforeStart(status)).toBe(true);
    for (const status of ['Running', 'ApprovalWaiting', 'Success', 'Quarantined'])
      expect(isBeforeStart(status)).toBe(false);
  });

  it('are one whatever their case, and known by the servers that have them', () => {
    expect([sameStatus('ApprovalWaiting', 'APPROVAL_WAITING'), sameStatus('Failed', 'Success')]).toEqual([true, false]);
    const known = (name: 'cloud' | 'self-managed', status: string): boolean => knowsStatus(profileOf(name), status);
    expect([
      known('cloud', 'UploadWaiting'),
      known('self-managed', 'UploadWaiting'),
      known('cloud', 'Nonsense'),
    ]).toEqual([true, false, false]);
    expect(known('self-managed', 'QueuedGlobalInfraCapacityReached')).toBe(false);
  });
});
