import { z } from 'zod';

/** Six digits of the app, or a recovery code. */
export const FactorCode = z.string().trim().min(6).max(40);

export const SecondFactor = z.object({
  enrolled: z.boolean(),
  /** The rules ask for one of this role. */
  required: z.boolean(),
  recoveryCodesLeft: z.int(),
});
export type SecondFactor = z.infer<typeof SecondFactor>;

/** For an authenticator app: `uri` as a picture, `secret` to type. Nothing counts before a code of it is shown. */
export const NewSecondFactor = z.object({ uri: z.string(), secret: z.string() });
export type NewSecondFactor = z.infer<typeof NewSecondFactor>;

export const BeginSecondFactor = z.strictObject({ password: z.string().max(1024) });
export const ConfirmSecondFactor = z.strictObject({ code: FactorCode });
export const RemoveSecondFactor = z.strictObject({ password: z.string().max(1024), code: FactorCode });

/** Shown this once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

/** `POST /api/v1/sign-in/second-factor`: for who needs one before being let in. */
export const EnrolAtTheDoor = z.strictObject({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string().max(1024),
});
