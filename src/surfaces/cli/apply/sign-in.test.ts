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

function runOf(dryRun = false, changed: string[] = ['issuer']) {
  const said = { out: '', sent: [] as [string, unknown][] };
  const answers: Record<string, unknown> = {
    'api/v1/settings/sign-in': rules,
    'api/v1/settings/single-sign-on': { settings: null },
    'api/v1/org-trees': { trees: [{ id: 1, name: 'World' }] },
    'api/v1/org-trees/1': {
      nodes: [
        { id: 5, key: 'e', parent: null, name: 'Europe' },
        { id: 6, key: 'e/b', parent: 'e', name: 'Berlin' },
        { id: 7, key: 'a', parent: null, name: 'America' },
        { id: 8, key: 'a/b', parent: 'a', name: 'Berlin' },
      ],
    },
    'api/v1/users': { users: [{ id: 4, email: 'root@example.com' }] },
  };
  const run = {
    dryRun,
    json: false,
    terminal: { out: (text: string) => void (said.out += text), err: () => undefined },
    api: {
      get: async (path: string) => answers[path],
      send: async (_method: string, path: string, body: unknown) => {
        said.sent.push([path, body]);
        return { changed };
      },
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

  it('asks the hub what differs, which alone knows the secret', async () => {
    const part = { singleSignOn: { clientSecret: 'the secret' } };
    const same = runOf(false, []);
    await signIn.apply(part, same.run);
    expect(same.said.out).toContain('single sign-on: unchanged');
    const dry = runOf(true, ['credentials']);
    await signIn.apply(part, dry.run);
    expect(dry.said.sent).toEqual([['api/v1/settings/single-sign-on?dryRun=true', part.singleSignOn]]);
    expect(dry.said.out).toContain('single sign-on: would be set');
  });

  it('finds teams by their names in a tree', async () => {
    const group = { group: 'cooks', role: 'team_manager' };
    const applied = async (more: object) => {
      const { run, said } = runOf();
      await signIn.apply({ singleSignOn: { groups: [{ ...group, ...more }] } }, run);
      return said.sent.map(([, body]) => (body as { groups: object[] }).groups)[0];
    };
    expect(await applied({ team: 'Europe / Berlin' })).toEqual([{ ...group, node: 6 }]);
    expect(await applied({ team: 'America', tree: 'World' })).toEqual([{ ...group, node: 7 }]);
    expect(await applied({})).toEqual([group]);
    for (const more of [{ team: 'Berlin' }, { team: 'Rome' }, { team: 'Europe', tree: 'Other' }])
      await expect(applied(more)).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('takes a secret as a reference only', async () => {
    const part = { singleSignOn: { clientSecret: 'in the file' } };
    expect(await signIn.resolve!(part, sources)).toEqual([expect.stringContaining('must be a reference')]);
    const missing = { singleSignOn: { clientSecret: '${env:NOT_SET}' } };
    expect(await signIn.resolve!(missing, sources)).toEqual([expect.stringContaining('NOT_SET is not set')]);
  });
});
