/** Texts and times of Harness, as records hold them. */

/** Null for what is missing or says nothing; cut to what a record takes. */
export function textOrNull(value: unknown, most = 1_000): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).trim().slice(0, most).toWellFormed();
  return text === '' ? null : text;
}

/** What a date can hold; anything else is no time. */
const latest = 8_640_000_000_000_000;

/** From milliseconds since 1970; null for none. 0 stands for “not yet”. */
export function instantOf(milliseconds: number | null | undefined): string | null {
  if (milliseconds == null || milliseconds <= 0 || milliseconds > latest) return null;
  const text = new Date(milliseconds).toISOString();
  return text.length === 24 ? text : null;
}

/** Before this many it is seconds: no document says which of both a commit’s time is. */
const millisecondsFrom = 100_000_000_000;

export const instantOfEither = (time: number | null | undefined): string | null =>
  time == null ? null : instantOf(time < millisecondsFrom ? time * 1_000 : time);

/** `{a: "b"}` and `[{key: "a", value: "b"}]` are the same; sorted, as nobody promises an order. */
export function tagsOf(tags: unknown, most: number): { key: string; value: string }[] {
  const pairs = Array.isArray(tags)
    ? tags.map((one: { key?: unknown; value?: unknown } | null | undefined) => [one?.key, one?.value] as const)
    : Object.entries(typeof tags === 'object' && tags !== null ? tags : {});
  return pairs
    .flatMap(([key, value]) => {
      const named = textOrNull(key);
      return named === null ? [] : [{ key: named, value: textOrNull(value) ?? '' }];
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .slice(0, most);
}

/** Each once, in their own order. */
export const namesOf = (list: readonly unknown[] | null | undefined, most: number): string[] =>
  [...new Set((list ?? []).flatMap((one) => textOrNull(one, 100) ?? []))].slice(0, most);
