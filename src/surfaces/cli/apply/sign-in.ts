import { z } from 'zod';
import type { SignInSettings, SingleSignOnAnswer, UserList } from '../../../features/access/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { exitCodes } from '../output.ts';
import { onlyReferences, resolveReference } from './references.ts';
import type { ApplyRun, ApplySection } from './section.ts';

/** What is not written stays as it is; what is written is judged by the hub. */
const SignIn = z.strictObject({
  /** E-mail address of the break-glass administrator; null: nobody. */
  breakGlass: z.email().nullable().optional(),
  passwords: z.enum(['everybody', 'break_glass']).optional(),
  passwordLength: z.int().optional(),
  refuseKnownPasswords: z.boolean().optional(),
  secondFactorFor: z.array(z.enum(['admin', 'team_manager', 'viewer'])).optional(),
  singleSignOn: z.looseObject({ clientSecret: z.string().optional() }).optional(),
});
type SignIn = z.infer<typeof SignIn>;

const rulesPath = 'api/v1/settings/sign-in';
const providerPath = 'api/v1/settings/single-sign-on';

export const signIn: ApplySection<SignIn> = {
  name: 'signIn',
  shape: SignIn,
  async resolve({ singleSignOn }, sources) {
    const place = 'signIn.singleSignOn.clientSecret';
    if (singleSignOn?.clientSecret === undefined) return [];
    const value = await resolveReference(singleSignOn.clientSecret, sources);
    if (value === undefined) return [`${place}: ${onlyReferences}`];
    if (typeof value !== 'string') return [`${place}: ${value.problem}`];
    singleSignOn.clientSecret = value;
    return [];
  },
  async apply({ breakGlass, singleSignOn, ...rules }, run) {
    const before = await run.api.get<SignInSettings>(rulesPath);
    const named = breakGlass === undefined ? {} : { breakGlassUserId: await userId(run, breakGlass) };
    const wanted = { ...before, ...rules, ...named };
    // Whoever is to stay able to sign in is named before the provider is switched on.
    const changed = [await put(run, rulesPath, 'sign-in rules', { before, wanted })];
    if (singleSignOn !== undefined) {
      const { settings } = await run.api.get<SingleSignOnAnswer>(providerPath);
      changed.push(
        await put(run, providerPath, 'single sign-on', { before: settings, wanted: { ...settings, ...singleSignOn } }),
      );
    }
    return { code: exitCodes.good, results: [{ signIn: { changed } }] };
  },
};

async function userId({ api }: ApplyRun, email: string | null): Promise<number | null> {
  if (email === null) return null;
  const { users } = await api.get<UserList>('api/v1/users');
  const user = users.find((one) => one.email === email.toLowerCase());
  if (user === undefined) throw new PlumblineError('user_not_found', { message: `There is no account ${email}.` });
  return user.id;
}

async function put(
  { api, dryRun, json, terminal }: ApplyRun,
  path: string,
  name: string,
  { before, wanted }: { before: object | null; wanted: object },
): Promise<boolean> {
  const differs = JSON.stringify(sorted(before ?? {})) !== JSON.stringify(sorted(wanted));
  if (differs && !dryRun) await api.send('PUT', path, wanted);
  if (!json) terminal.out(`${name}: ${differs ? `${dryRun ? 'would be ' : ''}set` : 'unchanged'}\n`);
  return differs;
}

const sorted = (value: object): unknown => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
