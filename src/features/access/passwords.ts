import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify((parameters: Argon2Parameters, callback: (error: Error | null, key: Buffer) => void): void =>
  argon2('argon2id', parameters, callback),
);

export interface PasswordCost {
  /** KiB. */
  memory: number;
  passes: number;
}

/** OWASP's setting for argon2id; about 50 ms. */
export const passwordCost: PasswordCost = { memory: 19_456, passes: 2 };

const tagLength = 32;
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** argon2id in PHC form. */
export async function hashPassword(password: string, cost: PasswordCost): Promise<string> {
  const nonce = randomBytes(16);
  const key = await derive({ message: normalise(password), nonce, parallelism: 1, tagLength, ...cost });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${unpadded(nonce)}$${unpadded(key)}`;
}

/**
 * True when the password fits. Without a stored hash (no such account) it does the same work and answers false, so that
 * the time taken does not tell whether the account exists.
 */
export async function verifyPassword(
  password: string,
  stored: string | undefined,
  cost: PasswordCost,
): Promise<boolean> {
  const match = stored === undefined ? null : phc.exec(stored);
  if (stored !== undefined && match === null) throw new Error('a stored password hash is not in PHC form');
  const nonce = match === null ? Buffer.alloc(16) : Buffer.from(match[3] ?? '', 'base64');
  const expected = match === null ? Buffer.alloc(tagLength) : Buffer.from(match[4] ?? '', 'base64');
  const key = await derive({
    message: normalise(password),
    nonce,
    parallelism: 1,
    tagLength: expected.length,
    memory: match === null ? cost.memory : Number(match[1]),
    passes: match === null ? cost.passes : Number(match[2]),
  });
  return timingSafeEqual(key, expected) && match !== null;
}

// One password typed on two keyboards may arrive composed and decomposed.
const normalise = (password: string): string => password.normalize('NFKC');
