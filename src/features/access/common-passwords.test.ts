import { describe, expect, it } from 'vitest';
import { isKnownPassword } from './common-passwords.ts';

describe('a password that was stolen elsewhere', () => {
  it.each([
    'password123456',
    'Password2024!',
    'passwordpassword',
    'P@ssw0rd!2026',
    '123456789012',
    'qwertyuiopqwertyuiop',
    '2026Princess!!',
  ])('is known: %s', (password) => expect(isKnownPassword(password)).toBe(true));

  it.each(['correct horse battery', 'eleven purple tortoises', 'Vq8#mZr2!kLw', 'my password is a long sentence'])(
    'is not one like %s',
    (password) => expect(isKnownPassword(password)).toBe(false),
  );
});
