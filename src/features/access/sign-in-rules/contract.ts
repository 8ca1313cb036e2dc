import { z } from 'zod';

/** What is asked of people who sign in with a password. */
export const SignInRules = z.strictObject({
  /** Characters a new password needs at least. */
  passwordLength: z.int().min(12).max(64).default(12),
  /** Refuses passwords that are on lists of passwords that were stolen and published. */
  refuseKnownPasswords: z.boolean().default(true),
  /** Roles that need a second factor. */
  secondFactorFor: z
    .array(z.enum(['admin', 'team_manager', 'viewer']))
    .max(3)
    .default([]),
  /** `break_glass`: only for the one administrator below, while single sign-on is on. */
  passwords: z.enum(['everybody', 'break_glass']).default('everybody'),
});
export type SignInRules = z.infer<typeof SignInRules>;

/** `GET`, `PUT /api/v1/settings/sign-in`. */
export const SignInSettings = z.strictObject({
  ...SignInRules.shape,
  /** The administrator who signs in with a password when nothing else works; null: none is named. */
  breakGlassUserId: z.int().min(1).nullable(),
});
export type SignInSettings = z.infer<typeof SignInSettings>;
export type PutSignInSettings = z.input<typeof SignInSettings>;
