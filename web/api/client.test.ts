import { describe, expect, it, vi } from 'vitest';
import { type ApiError, fieldErrors } from './api-error.ts';
import { createApiClient } from './client.ts';

function setUp(response: () => Promise<Response>) {
  const connection = { answered: vi.fn(), failed: vi.fn() };
  const fetch = vi.fn(response);
  return { connection, fetch, api: createApiClient({ baseUrl: 'https://host.example/plumbline/', fetch, connection }) };
}

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

const failure = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => {
      throw new Error('did not fail');
    },
    (error: ApiError) => error,
  );

describe('API client', () => {
  it('keeps the prefix and joins lists with commas', () => {
    const { api } = setUp(async () => json(200, {}));
    expect(api.url('api/v1/runs', { status: ['failed', 'partial'], page: 2, kind: undefined, from: '' })).toBe(
      'https://host.example/plumbline/api/v1/runs?status=failed%2Cpartial&page=2',
    );
  });

  it('gives the hub’s own error with its fields', async () => {
    const { api } = setUp(async () =>
      json(400, {
        error: {
          code: 'invalid_request',
          message: 'The request is not valid.',
          remedy: 'Correct it.',
          upstream: null,
          requestId: 'r-1',
          details: { fields: [{ in: 'body', path: 'name', message: 'is taken' }, 'nonsense'] },
        },
      }),
    );
    const error = await failure(api.send('POST', 'api/v1/x', {}));
    expect(error).toMatchObject({ status: 400, code: 'invalid_request', requestId: 'r-1' });
    expect(fieldErrors(error)).toEqual({ name: 'is taken' });
  });

  it('names an answer that is not the hub’s', async () => {
    const { api, connection } = setUp(async () => new Response('<html>', { status: 502 }));
    expect(await failure(api.get('api/v1/x'))).toMatchObject({ status: 502, code: 'unexpected_answer' });
    expect(connection.failed).toHaveBeenCalled();
  });

  it('reports a hub that cannot be reached, but not a request that was given up', async () => {
    const { api, connection } = setUp(async () => {
      throw new TypeError('fetch failed');
    });
    expect(await failure(api.get('api/v1/x'))).toMatchObject({ status: 0, code: 'hub_unreachable' });
    expect(connection.failed).toHaveBeenCalledTimes(1);
    await failure(api.get('api/v1/x', { signal: AbortSignal.abort() }));
    expect(connection.failed).toHaveBeenCalledTimes(1);
  });
});
