import type { Database } from '../../../platform/database/index.ts';
import { Done } from '../contract.ts';
import { type Route, route } from '../route.ts';
import { EndedSessions, OpenSessionList, SessionParams, UserSessionParams } from './contract.ts';
import { endSession, endSessions, requireSelf, sessionsOf } from './sessions.ts';

/** Where somebody is signed in, and an end to it: one's own, and for administrators everybody's. */
export function openSessionRoutes({ db }: { db: Database }): Route[] {
  return [...ownRoutes(db), ...othersRoutes(db)];
}

function ownRoutes(db: Database): Route[] {
  const shared = { permission: 'signed_in' as const, scope: 'own' as const, tag: 'Access' };
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/api/v1/account/sessions',
      summary: 'Lists where one is signed in oneself.',
      errors: ['not_authorized', 'user_not_found'],
      response: OpenSessionList,
      handle: async ({ actor }) => ({ sessions: await sessionsOf(db, actor, requireSelf(actor)) }),
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: '/api/v1/account/sessions',
      summary: 'Ends all of one’s own sessions but this one.',
      errors: ['not_authorized', 'user_not_found'],
      response: EndedSessions,
      handle: async ({ actor }) => ({ ended: await endSessions(db, actor, requireSelf(actor)) }),
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: '/api/v1/account/sessions/:id',
      summary: 'Ends one of one’s own sessions.',
      errors: ['not_authorized', 'session_not_found', 'user_not_found'],
      params: SessionParams,
      response: Done,
      async handle({ actor, params }) {
        await endSession(db, actor, { userId: requireSelf(actor), id: params.id });
        return { ok: true as const };
      },
    }),
  ];
}

function othersRoutes(db: Database): Route[] {
  const shared = { permission: 'users:write' as const, scope: 'organization' as const, tag: 'Access' };
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/api/v1/users/:id/sessions',
      summary: 'Lists where a person is signed in.',
      errors: ['user_not_found'],
      params: SessionParams,
      response: OpenSessionList,
      handle: async ({ actor, params }) => ({ sessions: await sessionsOf(db, actor, params.id) }),
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: '/api/v1/users/:id/sessions',
      summary: 'Ends all sessions of a person, of oneself all but this one.',
      errors: ['user_not_found'],
      params: SessionParams,
      response: EndedSessions,
      handle: async ({ actor, params }) => ({ ended: await endSessions(db, actor, params.id) }),
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: '/api/v1/users/:id/sessions/:session',
      summary: 'Ends one session of a person.',
      errors: ['user_not_found', 'session_not_found'],
      params: UserSessionParams,
      response: Done,
      async handle({ actor, params }) {
        await endSession(db, actor, { userId: params.id, id: params.session });
        return { ok: true as const };
      },
    }),
  ];
}
