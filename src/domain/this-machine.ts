const loopbackName = /^(localhost|.{1,253}\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** True for a host name that means whichever machine reads it, e.g. of `http://localhost:9000`. */
export const isThisMachine = (host: string): boolean => loopbackName.test(host);

/**
 * True where links to `url` lead readers of `from` to their own machine: the one is only known by a name of loopback, the
 * other is not. What cannot be read as an address is none.
 */
export function leadsNowhere(url: string, from: string): boolean {
  const [to, where] = [URL.parse(url), URL.parse(from)];
  return to !== null && where !== null && isThisMachine(to.hostname) && !isThisMachine(where.hostname);
}
