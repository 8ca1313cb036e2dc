import { queryOptions } from '@tanstack/react-query';
import type {
  OpenSessionList,
  SecondFactor,
  SignInSettings,
  SignInWays,
  SingleSignOnAnswer,
} from '../../src/features/access/contract.ts';
import type { ApiClient } from './client.ts';

export const waysQuery = (api: ApiClient) =>
  queryOptions({ queryKey: ['sign-in'], queryFn: ({ signal }) => api.get<SignInWays>('api/v1/sign-in', { signal }) });

export const sessionsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['own-sessions'],
    queryFn: ({ signal }) => api.get<OpenSessionList>('api/v1/account/sessions', { signal }),
  });

export const userSessionsQuery = (api: ApiClient, user: number) =>
  queryOptions({
    queryKey: ['users', user, 'sessions'],
    queryFn: ({ signal }) => api.get<OpenSessionList>(`api/v1/users/${user}/sessions`, { signal }),
  });

export const secondFactorQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['second-factor'],
    queryFn: ({ signal }) => api.get<SecondFactor>('api/v1/account/second-factor', { signal }),
  });

export const singleSignOnQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['single-sign-on'],
    queryFn: ({ signal }) => api.get<SingleSignOnAnswer>('api/v1/settings/single-sign-on', { signal }),
  });

export const signInSettingsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['sign-in-settings'],
    queryFn: ({ signal }) => api.get<SignInSettings>('api/v1/settings/sign-in', { signal }),
  });
