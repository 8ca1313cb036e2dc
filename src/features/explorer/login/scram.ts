import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

// PostgreSQL's own default; the password is 144 random bits, so more rounds would only slow each connection down.
const iterations = 4096;

/**
 * What PostgreSQL stores of a password (RFC 5803). Sent instead of the password, which so never stands in a statement
 * that the server may log or show in pg_stat_activity.
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}

/** Only characters that need no quoting in a URL or a shell, so that ASCII passwords need no SASLprep either. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}
