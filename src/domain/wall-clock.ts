const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What the clock on a wall of the zone shows: day from 0 (Monday) on, minute of the day. */
export function wallMinute(at: Date, zone: string): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: dayOf(String(parts.get('weekday'))),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

/** 0 for `mon` to 6 for `sun`, -1 for anything else. */
export function dayOf(name: string): number {
  return days.indexOf(name.toLowerCase());
}

/** Zones found valid: settings are parsed with every task, and asking costs as much as all the rest of them. */
const knownZones = new Set<string>();

export function isZone(name: string): boolean {
  // Stryker disable next-line ConditionalExpression: who is not remembered is asked for, with the same answer
  if (knownZones.has(name)) return true;
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
  } catch {
    return false;
  }
  // There are a few hundred of them, whatever people enter.
  // Stryker disable next-line CallExpression: what is not remembered is asked for again
  knownZones.add(name);
  return true;
}
