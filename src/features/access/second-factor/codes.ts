import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const period = 30;
/** Codes of the half minute before and after count, too: clocks of telephones differ. */
const window = 1;

const of = (secret: string, label = ''): TOTP =>
  new TOTP({ issuer: 'Plumbline', label, algorithm: 'SHA1', digits: 6, period, secret: Secret.fromBase32(secret) });

export const newSecret = (): string => new Secret({ size: 20 }).base32;

export const uriOf = (secret: string, email: string): string => of(secret, email).toString();

/** The half minute that a code is of; undefined when it is of none around `at`. */
export function stepOf(secret: string, code: string, at: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = of(secret).validate({ token: code, window, timestamp: at.getTime() });
  return delta === null ? undefined : Math.floor(at.getTime() / 1000 / period) + delta;
}

/** Of 80 bits each: nobody can try them out, and a plain hash is enough to keep them by. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: 10 }, () =>
    randomBytes(10)
      .toString('hex')
      .replace(/(.{5})(?!$)/g, '$1-'),
  );

/** As it is kept, however it was typed. */
export const plainCode = (code: string): string => code.toLowerCase().replace(/[^0-9a-f]/g, '');
