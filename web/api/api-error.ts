import type { ErrorAnswer } from '../../src/features/access/contract.ts';

/** What a failed request tells the reader. Status 0: the hub could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  readonly upstream: string | null;
  readonly requestId: string | null;
  readonly details: Record<string, unknown>;

  constructor(
    status: number,
    fields: Omit<ErrorAnswer['error'], 'requestId' | 'details'> & {
      requestId: string | null;
      details?: Record<string, unknown> | undefined;
    },
  ) {
    super(fields.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = fields.code;
    this.remedy = fields.remedy;
    this.upstream = fields.upstream;
    this.requestId = fields.requestId;
    this.details = fields.details ?? {};
  }
}

export const hubUnreachable = (): ApiError =>
  new ApiError(0, {
    code: 'hub_unreachable',
    message: 'The hub does not answer.',
    remedy: 'Check that it runs and that this machine reaches it. The page connects again by itself.',
    upstream: null,
    requestId: null,
  });

/** What a response that is not ours (a proxy's page, a broken body) amounts to. */
export function unknownAnswer(status: number, requestId: string | null): ApiError {
  return new ApiError(status, {
    code: 'unexpected_answer',
    message: `The answer (status ${status}) is not one of the hub.`,
    remedy: 'Look at what stands between this browser and the hub, for example a proxy.',
    upstream: null,
    requestId,
  });
}

/** Anything thrown while a page works, as something that can be shown. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError(-1, {
    code: 'page_failed',
    message: 'This page could not be shown.',
    remedy: 'Load it again. If it stays, report the words below.',
    upstream: thrown instanceof Error ? thrown.message : String(thrown),
    requestId: null,
  });
}

/** `fields` of an `invalid_request`: message by the field's path. */
export function fieldErrors(error: ApiError): Record<string, string> {
  const fields = error.details['fields'];
  const errors: Record<string, string> = {};
  if (!Array.isArray(fields)) return errors;
  for (const field of fields as unknown[]) {
    const { path, message } = (field ?? {}) as { path?: unknown; message?: unknown };
    if (typeof path === 'string' && typeof message === 'string') errors[path] ??= message;
  }
  return errors;
}
