/**
 * The address of a server as a person enters it: `https` where no scheme is written.
 *
 * @throws TypeError when the text is no http(s) URL or carries credentials; the message never repeats them
 */
export function parseServerUrl(text: string): URL {
  const trimmed = text.trim();
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('not an http or https URL');
  if (url.username !== '' || url.password !== '') throw new TypeError('credentials do not belong into the URL');
  return url;
}
