/**
 * The distinct issue keys of one listing, with the update date each was last seen with. A million keys as strings in a
 * Map would take 150 MB, here they are 64-bit hashes in typed arrays: 12 bytes each at a load of one half.
 * Two keys with the same hash (1 in 40 million runs at a million keys) would count as one: the counts differ and the
 * listing is read again, nothing is lost silently.
 */
export interface KeyLedger {
  /** `new`; `newer` when seen before with an older or equal date; `stale` when seen before with a newer one. */
  admit(key: string, updatedSeconds: number): 'new' | 'newer' | 'stale';
  has(key: string): boolean;
  /** Distinct keys admitted. */
  size(): number;
}

interface Table {
  high: Uint32Array;
  low: Uint32Array;
  /** Seconds since 1970, plus 1 so that 0 means an empty slot. */
  seen: Uint32Array;
  mask: number;
}

const table = (slots: number): Table => ({
  high: new Uint32Array(slots),
  low: new Uint32Array(slots),
  seen: new Uint32Array(slots),
  mask: slots - 1,
});

export function createKeyLedger(): KeyLedger {
  let slots = table(1024);
  let size = 0;

  const grow = (): void => {
    const old = slots;
    slots = table((old.mask + 1) * 2);
    for (let index = 0; index <= old.mask; index += 1) {
      const seen = old.seen[index] ?? 0;
      // Stryker disable next-line ConditionalExpression: an empty slot put into an empty one is the same table
      if (seen === 0) continue;
      const [high, low] = [old.high[index] ?? 0, old.low[index] ?? 0];
      put(slots, slotOf(slots, high, low), high, low, seen);
    }
  };

  return {
    admit(key, updatedSeconds) {
      const [high, low] = hash(key);
      const slot = slotOf(slots, high, low);
      const before = slots.seen[slot] ?? 0;
      const seen = Math.max(1, updatedSeconds + 1);
      if (before > seen) return 'stale';
      put(slots, slot, high, low, seen);
      if (before !== 0) return 'newer';
      size += 1;
      // Stryker disable next-line EqualityOperator: the mask is odd, so the two are never equal
      if (size * 2 > slots.mask) grow();
      return 'new';
    },
    has(key) {
      const [high, low] = hash(key);
      return slots.seen[slotOf(slots, high, low)] !== 0;
    },
    size: () => size,
  };
}

function put(slots: Table, slot: number, high: number, low: number, seen: number): void {
  slots.high[slot] = high;
  slots.low[slot] = low;
  slots.seen[slot] = seen;
}

/** The slot that holds this hash, or the empty one where it belongs. */
function slotOf(slots: Table, high: number, low: number): number {
  let slot = low & slots.mask;
  while (slots.seen[slot] !== 0 && (slots.high[slot] !== high || slots.low[slot] !== low))
    // Stryker disable next-line ArithmeticOperator: slots are found in whichever direction all of them are tried
    slot = (slot + 1) & slots.mask;
  return slot;
}

/** cyrb53's two 32-bit halves, kept whole. */
function hash(key: string): [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  // Stryker disable next-line EqualityOperator: one more round without a letter mixes each key in the same way
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [b >>> 0, a >>> 0];
}
