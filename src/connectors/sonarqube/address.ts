/** Proxies and firewalls in front of a server often take no longer address than 2,048 characters. */
export const shortAddress = 2_000;

/** What a list of values may take of a short address, beside the server's own part of it and a few short parameters. */
export const roomForValues = 1_700;

/** The same beside a project's key and the other filters of a slice. */
export const roomBesideFilters = 1_100;

/** Characters of a value in an address, with the comma before the next one. */
function lengthOf(value: string): number {
  return encodeURIComponent(value).length + 3;
}

/** The values in order, in groups that a parameter of so many characters takes; at most `atMost` in each. */
export function* groupsThatFit(
  values: readonly string[],
  room: number,
  atMost = Number.POSITIVE_INFINITY,
): Generator<readonly string[]> {
  let group: string[] = [];
  let length = 0;
  for (const value of values) {
    const own = lengthOf(value);
    if (group.length === atMost || (group.length > 0 && length + own > room)) {
      yield group;
      [group, length] = [[], 0];
    }
    group.push(value);
    length += own;
  }
  if (group.length > 0) yield group;
}
