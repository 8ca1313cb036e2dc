const longest = 2000;
const nowhere = 'http://hub.invalid';

/**
 * The page of ours that an address from outside names, with query and fragment; undefined for anything else: another host in any
 * of the forms browsers know (`//host`, `/\host`, a tab between), another scheme, what is too long to be one.
 */
export function ownPath(address: unknown): string | undefined {
  if (typeof address !== 'string' || address.length > longest || !address.startsWith('/')) return undefined;
  const url = URL.parse(address, nowhere);
  if (url === null || url.origin !== nowhere || url.pathname.startsWith('//')) return undefined;
  return `${url.pathname}${url.search}${url.hash}`;
}
