import { z } from 'zod';
import * as contract from '../../../src/features/access/contract.ts';
import type { SessionAnswer } from '../../../src/features/access/contract.ts';
import { permissionsFor } from '../../../src/features/access/model.ts';
import { prepared } from '../stage.ts';

const people: z.input<typeof contract.User>[] = [
  {
    id: 1,
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    role: 'admin',
    nodes: null,
    createdAt: '2026-05-02T08:00:00.000Z',
    lastSignInAt: '2026-11-21T09:40:00.000Z',
  },
  {
    id: 2,
    email: 'grace@example.com',
    name: '',
    role: 'team_manager',
    nodes: [3, 5],
    createdAt: '2026-06-11T08:00:00.000Z',
    lastSignInAt: '2026-11-19T13:05:00.000Z',
  },
  {
    id: 3,
    email: 'a.very.long.address.of.somebody@subsidiary.of.a.company.example.com',
    name: 'Somebody with a rather long name',
    role: 'viewer',
    nodes: null,
    createdAt: '2026-11-01T08:00:00.000Z',
    lastSignInAt: null,
  },
];

export const signedIn: SessionAnswer = {
  signedIn: true,
  actor: { kind: 'user', name: 'ada@example.com', role: 'admin' },
  user: people[0] ?? null,
  permissions: permissionsFor('admin'),
  expiresAt: '2026-11-21T22:00:00.000Z',
  setupRequired: false,
  insecureTransport: false,
  version: '0.1.0',
};

export const viewer: SessionAnswer = {
  ...signedIn,
  actor: { kind: 'user', name: 'grace@example.com', role: 'viewer' },
  user: { ...people[1]!, role: 'viewer', nodes: null },
  permissions: permissionsFor('viewer'),
};

export const signedOut: SessionAnswer = {
  ...signedIn,
  signedIn: false,
  actor: null,
  user: null,
  permissions: [],
  expiresAt: null,
};
export const unset: SessionAnswer = { ...signedOut, setupRequired: true };

const tokens: z.input<typeof contract.ApiToken>[] = [
  {
    id: 1,
    name: 'ci-payments',
    role: 'viewer',
    only: null,
    nodes: null,
    prefix: 'plb_7fQ2',
    madeBy: 'ada@example.com',
    serviceAccount: null,
    madeWith: null,
    createdAt: '2026-09-01T08:00:00.000Z',
    expiresAt: '2026-12-01T08:00:00.000Z',
    lastUsedAt: '2026-11-21T09:58:00.000Z',
    expired: false,
  },
  {
    id: 2,
    name: 'old laptop',
    role: 'admin',
    only: null,
    nodes: null,
    prefix: 'plb_aa01',
    madeBy: null,
    serviceAccount: null,
    madeWith: null,
    createdAt: '2026-02-01T08:00:00.000Z',
    expiresAt: '2026-05-01T08:00:00.000Z',
    lastUsedAt: null,
    expired: true,
  },
];

const serviceToken = {
  ...tokens[0]!,
  id: 3,
  name: 'pipeline',
  serviceAccount: 'deploy-bot',
};

const serviceAccounts: z.input<typeof contract.ServiceAccount>[] = [
  {
    id: 1,
    name: 'deploy-bot',
    description: 'Asks whether an image may go out, from the pipelines of Payments.',
    role: 'viewer',
    nodes: [3],
    enabled: true,
    answeredBy: 'ada@example.com',
    roleNow: 'viewer',
    idle: null,
    createdAt: '2026-09-01T08:00:00.000Z',
    lastUsedAt: '2026-11-21T09:58:00.000Z',
    tokens: [serviceToken],
  },
  {
    id: 2,
    name: 'nightly-report',
    description: '',
    role: 'team_manager',
    nodes: null,
    enabled: true,
    answeredBy: null,
    roleNow: null,
    idle: 'nobody_answers',
    createdAt: '2026-02-01T08:00:00.000Z',
    lastUsedAt: null,
    tokens: [],
  },
];

const events: z.input<typeof contract.AuditEvent>[] = [
  {
    id: 31,
    at: '2026-11-21T09:41:00.000Z',
    actorKind: 'user',
    actorName: 'ada@example.com',
    action: 'integration.created',
    objectKind: 'integration',
    objectId: '1',
    objectName: 'sonar-production',
    details: { kind: 'sonarqube', tags: ['production'] },
    remoteAddress: '127.0.0.1',
    requestId: 'a1b2c3',
    sequence: 28,
    hash: 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  },
  {
    id: 30,
    at: '2026-11-21T09:40:00.000Z',
    actorKind: 'user',
    actorName: 'ada@example.com',
    action: 'session.started',
    objectKind: 'user',
    objectId: '1',
    objectName: 'ada@example.com',
    details: {},
    remoteAddress: '127.0.0.1',
    requestId: null,
    sequence: 27,
    hash: 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',
  },
  {
    id: 29,
    at: '2026-11-20T17:00:00.000Z',
    actorKind: 'system',
    actorName: 'system',
    action: 'integration.server_changed',
    objectKind: 'integration',
    objectId: '2',
    objectName: 'sonar-old',
    details: {},
    remoteAddress: null,
    requestId: null,
    sequence: 26,
    hash: 'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',
  },
];

const sessions: z.input<typeof contract.OpenSession>[] = [
  {
    id: 9,
    current: true,
    way: 'single_sign_on',
    createdAt: '2026-11-21T08:00:00.000Z',
    lastSeenAt: '2026-11-21T09:59:00.000Z',
    expiresAt: '2026-11-28T08:00:00.000Z',
    remoteAddress: '192.0.2.17',
    browser: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  },
  {
    id: 7,
    current: false,
    way: 'password',
    createdAt: '2026-11-20T08:00:00.000Z',
    lastSeenAt: '2026-11-21T04:12:00.000Z',
    expiresAt: '2026-11-27T08:00:00.000Z',
    remoteAddress: '2001:db8:1234:5678:9abc:def0:1234:5678',
    browser: 'curl/8.5.0',
  },
];

export const singleSignOn: z.input<typeof contract.SingleSignOnAnswer> = {
  settings: {
    enabled: true,
    name: 'Example login',
    issuer: 'https://login.example.com/realms/company',
    clientId: 'plumbline',
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    parameters: {},
    groupsClaim: 'groups',
    groups: [
      { group: 'plumbline-admins', role: 'admin', node: null },
      { group: 'a-rather-long-name-of-a-group-of-engineering-managers', role: 'team_manager', node: 3 },
    ],
    defaultRole: null,
    createAccounts: true,
    trustEmails: false,
    recheckMinutes: 15,
  },
  hasSecret: true,
  redirectUri: 'https://plumb.example/sign-in/back',
  postLogoutRedirectUri: 'https://plumb.example/sign-in',
  backChannelLogoutUri: 'https://plumb.example/api/v1/sign-in/back-channel-logout',
  updatedAt: '2026-11-20T08:00:00.000Z',
  updatedBy: 'ada@example.com',
};

export const accessAnswers = (session: () => SessionAnswer) => [
  prepared('GET', '/api/v1/session', contract.SessionAnswer, session),
  prepared('POST', '/api/v1/session', contract.SessionAnswer, session),
  prepared('POST', '/api/v1/setup', contract.SessionAnswer, session),
  prepared(
    'GET',
    '/api/v1/sign-in',
    contract.SignInWays,
    (): contract.SignInWays => ({
      singleSignOn: { name: 'Example login' },
      passwords: 'everybody',
    }),
  ),
  prepared('POST', '/api/v1/sign-in/finish', contract.FinishedSingleSignOn, () => ({ returnTo: '/settings' })),
  prepared('GET', '/api/v1/account/sessions', contract.OpenSessionList, () => ({ sessions })),
  prepared('GET', '/api/v1/account/second-factor', contract.SecondFactor, () => ({
    enrolled: false,
    required: true,
    recoveryCodesLeft: 0,
  })),
  prepared('POST', '/api/v1/account/second-factor', contract.NewSecondFactor, () => ({
    uri: 'otpauth://totp/Plumbline:ada%40example.com?issuer=Plumbline&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  })),
  prepared(
    'GET',
    '/api/v1/settings/sign-in',
    contract.SignInSettings,
    (): contract.SignInSettings => ({
      passwordLength: 12,
      refuseKnownPasswords: true,
      secondFactorFor: ['admin'],
      passwords: 'everybody',
      breakGlassUserId: 1,
    }),
  ),
  prepared('GET', '/api/v1/settings/single-sign-on', contract.SingleSignOnAnswer, () => singleSignOn),
  prepared('GET', '/api/v1/users', contract.UserList, () => ({ users: people })),
  prepared('GET', '/api/v1/service-accounts', contract.ServiceAccountList, () => ({ serviceAccounts })),
  prepared('GET', '/api/v1/tokens', contract.TokenList, () => ({ tokens })),
  prepared('POST', '/api/v1/tokens', contract.CreatedToken, () => ({
    token: tokens[0]!,
    secret: 'plb_7fQ2bW8zL1xY5dV9cN3mK6jH4gF0sA2p',
  })),
  prepared('GET', '/api/v1/audit', contract.AuditPage, () => ({
    events,
    nextBefore: 29,
    kinds: ['api_token', 'integration', 'user'],
  })),
  prepared(
    'GET',
    '/api/v1/audit/chain',
    contract.AuditChain,
    (): contract.AuditChain => ({
      whole: false,
      rows: 12,
      last: { sequence: 28, hash: 'f'.repeat(64) },
      removed: { sequence: 4, hash: '4'.repeat(64), at: '2026-11-20T02:41:00.000Z' },
      broken: {
        kind: 'changed_row',
        sequence: 17,
        eventId: 20,
        message: 'Row 17, entry 20 (user.changed, 2026-11-20T09:00:00.000Z), is not as it was written.',
      },
      checkedAt: '2026-11-21T09:45:00.000Z',
    }),
  ),
];
