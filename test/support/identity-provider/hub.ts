import { nothingVisible } from '../../../src/platform/database/index.ts';
import { createOutbound } from '../../../src/platform/outbound/index.ts';
import { type Answer, testHub, type TestHub } from '../hub.ts';
import { clientId, clientSecret, type IdentityProvider, startIdentityProvider } from './index.ts';

type Started = { url: string; binding: string; error?: { code: string; upstream?: string } };

export interface SignOnHub {
  hub: TestHub;
  provider: IdentityProvider;
  /** Cookie of the break-glass administrator. */
  administrator: string;
  /** Changes settings of single sign-on. */
  put(change: Record<string, unknown>): Promise<Answer>;
  start(returnTo?: string): Promise<Started>;
  /** From the sign-in page to the provider and back. */
  enter(how?: { returnTo?: string }): Promise<Answer>;
  /** Lets so many minutes pass for all sessions of single sign-on. */
  due(minutes?: number): Promise<void>;
}

/** A hub with these nodes where a real provider signs in `ada`, of the group `everybody`, and one administrator stays for emergencies. */
export async function signOnHub({ nodes = [] }: { nodes?: readonly number[] } = {}): Promise<SignOnHub> {
  const provider = await startIdentityProvider('https://plumb.example/sign-in/back', 'https://plumb.example/sign-in');
  provider.people.set('ada', {
    email: 'Ada@Example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    groups: ['everybody', 'cooks'],
  });
  const teams = {
    named: async (_db: unknown, asked: readonly number[]) =>
      new Map(asked.filter((node) => nodes.includes(node)).map((node) => [node, `Team ${node}`])),
    rowsWithin: async () => nothingVisible,
  };
  const hub = await testHub({ openOutbound: (options) => createOutbound(options), teams });
  const administrator = await hub.administrator('glass@example.com');
  const { users } = (await hub.call('GET', '/api/v1/users', { cookie: administrator })).body;
  const rules = (await hub.call('GET', '/api/v1/settings/sign-in', { cookie: administrator })).body;
  await hub.call('PUT', '/api/v1/settings/sign-in', {
    cookie: administrator,
    body: { ...rules, breakGlassUserId: users[0].id },
  });
  let settings: Record<string, unknown> = {
    enabled: true,
    name: 'Example login',
    issuer: provider.issuer,
    clientId,
    clientSecret,
    scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
    parameters: { prompt: 'consent' },
    groups: [
      { group: 'everybody', role: 'viewer' },
      { group: 'plumbline-admins', role: 'admin' },
    ],
  };
  const put = async (change: Record<string, unknown>): Promise<Answer> => {
    settings = { ...settings, ...change };
    const answer = await hub.call('PUT', '/api/v1/settings/single-sign-on', { cookie: administrator, body: settings });
    if (answer.status !== 200) throw new Error(`not saved: ${answer.text}`);
    return answer;
  };
  await put({});
  const start = async (returnTo = '/projects?tab=all'): Promise<Started> => {
    const { body } = await hub.call('POST', '/api/v1/sign-in/start', { as: 'nobody', body: { returnTo } });
    return body as Started;
  };
  return {
    hub,
    provider,
    administrator,
    put,
    start,
    async enter({ returnTo } = {}) {
      const { url, binding } = await start(returnTo);
      const answer = await provider.browse(url);
      return hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    },
    async due(minutes = 16) {
      await hub.db.execute(
        `update access.sessions set confirmed_at = confirmed_at - make_interval(mins => $1) where issuer is not null`,
        [minutes],
      );
    },
  };
}
