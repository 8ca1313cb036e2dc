import { describe, expect, it } from 'vitest';
import type { ApplyRun } from './section.ts';
import { signIn } from './sign-in.ts';

const rules = {
  passwordLength: 12,
  refuseKnownPasswords: true,
  secondFactorFor: [],
  passwords: 'everybody',
  breakGlassUserId: null,
};
const sources = { environment: { OIDC_SECRET: 'the secret' }, stateDirectory: '/nowhere' };

function runOf(dryRun = false) {
  const said = { out: '', sent: [] as [string, unknown][] };
  const answers: Record<string, unknown> = {
    'api/v1/settings/sign-in': rules,
    'api/v1/settings/single-sign-on': { settings: null },
    'api/v1/users': { users: [{ id: 4, email: 'root@example.com' }] },
  };
  const run = {
    dryRun,
    json: false,
    terminal: { out: (text: string) => void (said.out += text), err: () => undefined },
    api: {
      get: async (path: string) => answers[path],
      send: async (_method: string, path: string, body: unknown) => void said.sent.push([path, body]),
    },
  };
  return { run: run as unknown as ApplyRun, said };
}

describe('sign-in by plumbline.yaml', () => {
  it('names the break-glass administrator before it switches the provider on', async () => {
    const { run, said } = runOf();
    const part = signIn.shape.parse({
      breakGlass: 'Root@example.com',
      singleSignOn: { enabled: true, issuer: 'https://login.example.com', clientSecret: '${env:OIDC_SECRET}' },
    });
    expect(await signIn.resolve!(part, sources)).toEqual([]);
    await signIn.apply(part, run);
    expect(said.sent).toEqual([
      ['api/v1/settings/sign-in', { ...rules, breakGlassUserId: 4 }],
      [
        'api/v1/settings/single-sign-on',
        { enabled: true, issuer: 'https://login.example.com', clientSecret: 'the secret' },
      ],
    ]);
    expect(said.out).not.toContain('the secret');
  });

  it('changes nothing where nothing differs, on a dry run, or for an account that is not there', async () => {
    const same = runOf();
    await signIn.apply({ passwordLength: 12 }, same.run);
    const dry = runOf(true);
    await signIn.apply({ passwordLength: 20 }, dry.run);
    expect([same.said.sent, dry.said.sent]).toEqual([[], []]);
    expect(dry.said.out).toBe('sign-in rules: would be set\n');
    const unknown = runOf();
    await expect(signIn.apply({ breakGlass: 'nobody@example.com' }, unknown.run)).rejects.toMatchObject({
      code: 'user_not_found',
    });
    expect(unknown.said.sent).toEqual([]);
  });

  it('takes a secret as a reference only', async () => {
    const part = { singleSignOn: { clientSecret: 'in the file' } };
    expect(await signIn.resolve!(part, sources)).toEqual([expect.stringContaining('must be a reference')]);
    const missing = { singleSignOn: { clientSecret: '${env:NOT_SET}' } };
    expect(await signIn.resolve!(missing, sources)).toEqual([expect.stringContaining('NOT_SET is not set')]);
  });
});
