/** What a key tells of itself before anybody is asked. Its last part is the secret, and no part of this. */
export interface TokenParts {
  owner: 'person' | 'service_account';
  /** Null in keys of the older form, which do not say it. */
  accountId: string | null;
}

/** `pat.<account>.<id>.<secret>`, in the older form without the account; null for anything else, which the server refuses. */
export function tokenParts(key: string): TokenParts | null {
  const parts = key.split('.');
  const [prefix, account = ''] = parts;
  const owner = prefix === 'pat' ? 'person' : prefix === 'sat' ? 'service_account' : null;
  if (owner === null || parts.includes('') || parts.length < 3 || parts.length > 4) return null;
  return { owner, accountId: parts.length === 4 ? account : null };
}
