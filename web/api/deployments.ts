import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Delivery,
  DeliveryQuery,
  DeploymentDetail,
  DeploymentList,
  DeploymentQuery,
  FailureSettings,
  LeadTimeList,
  LeadTimeQuery,
  Matrix,
  MatrixQuery,
  RestoreList,
  RestoreQuery,
} from '../../src/features/deployments/contract.ts';
import type { ApiClient } from './client.ts';

/** Filters as they go into an address: lists are joined by the client. */
type Filters<Query> = { [Name in keyof Query]?: string | number | readonly (string | number)[] | undefined };

/** Deployments change by themselves: a page that is open follows them. */
const followMs = 15_000;

export const matrixQuery = (api: ApiClient, query: Filters<MatrixQuery>) =>
  queryOptions({
    queryKey: ['deployments', 'running', query],
    queryFn: ({ signal }) => api.get<Matrix>('api/v1/deployments/running', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: followMs,
  });

export const deploymentsQuery = (api: ApiClient, query: Filters<DeploymentQuery>) =>
  queryOptions({
    queryKey: ['deployments', 'list', query],
    queryFn: ({ signal }) => api.get<DeploymentList>('api/v1/deployments', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: followMs,
  });

export const deploymentQuery = (api: ApiClient, id: number) =>
  queryOptions({
    queryKey: ['deployments', 'one', id],
    queryFn: ({ signal }) => api.get<DeploymentDetail>(`api/v1/deployments/${id}`, { signal }),
    refetchInterval: followMs,
  });

export const deliveryQuery = (api: ApiClient, query: Filters<DeliveryQuery>) =>
  queryOptions({
    queryKey: ['delivery', 'figures', query],
    queryFn: ({ signal }) => api.get<Delivery>('api/v1/delivery', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const restoresQuery = (api: ApiClient, query: Filters<RestoreQuery>) =>
  queryOptions({
    queryKey: ['delivery', 'restores', query],
    queryFn: ({ signal }) => api.get<RestoreList>('api/v1/delivery/restores', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const leadTimesQuery = (api: ApiClient, query: Filters<LeadTimeQuery>) =>
  queryOptions({
    queryKey: ['delivery', 'lead times', query],
    queryFn: ({ signal }) => api.get<LeadTimeList>('api/v1/delivery/lead-times', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const failureSettingsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['delivery', 'settings'],
    queryFn: ({ signal }) => api.get<FailureSettings>('api/v1/delivery/settings', { signal }),
  });
