import { describe, expect, it } from 'vitest';
import { createHostGates } from './host-gates.ts';

const signal = new AbortController().signal;
const origin = 'https://sonar.example';

describe('gates of hosts', () => {
  it('counts the calls of all who entered, and of no other host', async () => {
    const gates = createHostGates(2);
    const [one, two, other] = [gates.enter(origin), gates.enter(origin), gates.enter('https://other.example')];
    const release = await one.gate.slots?.acquire(signal);
    await two.gate.slots?.acquire(signal);
    await other.gate.slots?.acquire(signal);
    const third = two.gate.slots?.acquire(signal).then(() => 'entered');
    expect(await Promise.race([third, Promise.resolve('waits')])).toBe('waits');
    release?.();
    expect(await third).toBe('entered');
  });

  it('holds everybody back who calls a paused host, also those who come when all have left', () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const gates = createHostGates(2, () => now);
    const until = new Date('2026-01-01T01:00:00Z');
    const first = gates.enter(origin);
    first.gate.pause(until);
    first.leave();
    expect(gates.enter(origin).gate.pausedUntil()).toEqual(until);
    expect(gates.enter('https://other.example').gate.pausedUntil()).toBeUndefined();
    now = new Date('2026-01-01T02:00:00Z');
    expect(gates.enter(origin).gate.pausedUntil()).toEqual(until);
  });

  it('forgets a host that nobody calls and that is not paused, and counts a leave once', () => {
    const gates = createHostGates(1);
    const [one, two] = [gates.enter(origin), gates.enter(origin)];
    one.leave();
    one.leave();
    expect(gates.enter(origin).gate).toBe(two.gate);
    two.leave();
    const kept = gates.enter(origin);
    expect(kept.gate).toBe(two.gate);
    for (const each of [kept, gates.enter(origin)]) each.leave();
    // The one above that was never given back still holds it.
    expect(gates.enter(origin).gate).toBe(two.gate);
    const alone = gates.enter('https://other.example');
    alone.leave();
    expect(gates.enter('https://other.example').gate).not.toBe(alone.gate);
  });
});
