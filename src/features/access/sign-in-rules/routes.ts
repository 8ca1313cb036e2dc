import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../route.ts';
import { SignInSettings } from './contract.ts';
import { describeRules, saveRules } from './rules.ts';

export function signInRulesRoutes({ db }: { db: Database }): Route[] {
  const shared = {
    path: '/api/v1/settings/sign-in',
    permission: 'settings:write' as const,
    scope: 'organization' as const,
    tag: 'Access',
  };
  return [
    route({
      ...shared,
      method: 'GET',
      summary: 'Says what is asked of people who sign in with a password.',
      response: SignInSettings,
      handle: () => describeRules(db),
    }),
    route({
      ...shared,
      method: 'PUT',
      summary: 'Says it anew.',
      errors: ['break_glass_needed', 'user_not_found'],
      body: SignInSettings,
      response: SignInSettings,
      handle: ({ actor, body }) => saveRules(db, actor, body),
    }),
  ];
}
