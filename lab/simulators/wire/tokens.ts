/** What a caller shows of himself in `Authorization`, before anybody believes it. */
export type Shown =
  | { scheme: 'none' }
  | { scheme: 'basic'; username: string; password: string }
  | { scheme: 'bearer'; token: string }
  /** A scheme that no simulator speaks. */
  | { scheme: 'other' };

export function shownBy(authorization: string | undefined): Shown {
  if (!authorization) return { scheme: 'none' };
  const [scheme = '', credentials = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: credentials };
  if (scheme.toLowerCase() !== 'basic') return { scheme: 'other' };
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) return { scheme: 'basic', username: decoded, password: '' };
  return { scheme: 'basic', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
