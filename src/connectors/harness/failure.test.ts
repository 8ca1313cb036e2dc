import { describe, expect, it } from 'vitest';
import { envelopeOf, failureOf } from './failure.ts';

const failureBody = {
  status: 'FAILURE',
  code: 'INVALID_REQUEST',
  message: 'Invalid request',
  correlationId: 'c-1',
  errors: [{ fieldId: 'orgIdentifier', error: 'must not be null' }],
};
const errorBody = (code: string, message: string | null = 'No.') => ({
  status: 'ERROR',
  code,
  message,
  correlationId: 'c-2',
  responseMessages: [{ code, level: 'ERROR', message }],
});

const failed = (status: number, body: unknown, more: { recognised?: boolean; absent?: 'project_not_found' } = {}) =>
  failureOf(
    {
      status,
      headers: {},
      text: typeof body === 'string' ? body : JSON.stringify(body),
      subject: 'executions of default/shop',
      absent: more.absent,
    },
    more.recognised ?? true,
  );

describe('an answer other than the wanted one', () => {
  it.each([
    [401, errorBody('INVALID_TOKEN', 'Invalid API token x: Token not found'), 'invalid_credentials'],
    [400, errorBody('INVALID_TOKEN', 'Invalid API token x: Raw password not matching'), 'invalid_credentials'],
    [
      401,
      { metaData: {}, resource: null, responseMessages: [{ code: 'UNKNOWN', message: 'no' }] },
      'invalid_credentials',
    ],
    [400, errorBody('EXPIRED_TOKEN', 'Incoming API token x has expired.'), 'expired_credentials'],
    [401, errorBody('EXPIRED_TOKEN'), 'expired_credentials'],
    [401, errorBody('INVALID_TOKEN', 'Invalid account token access abc'), 'account_mismatch'],
    [400, errorBody('INVALID_TOKEN', 'Invalid accountId in token x'), 'account_mismatch'],
    [403, errorBody('NG_ACCESS_DENIED'), 'invalid_permissions'],
    [400, errorBody('NG_ACCESS_DENIED'), 'invalid_permissions'],
    [404, errorBody('RESOURCE_NOT_FOUND_EXCEPTION'), 'endpoint_unavailable'],
    [400, failureBody, 'harness_rejected_request'],
    [402, errorBody('X'), 'harness_rejected_request'],
    [429, errorBody('TOO_MANY_REQUESTS'), 'rate_limited'],
    [429, 'too many', 'rate_limited'],
    [500, errorBody('UNKNOWN_ERROR'), 'upstream_error'],
    [503, '<html>down</html>', 'upstream_error'],
    [200, errorBody('INVALID_TOKEN'), 'invalid_credentials'],
    [200, failureBody, 'harness_rejected_request'],
  ])('of status %i becomes %o → %s', (status, body, code) => {
    expect(failed(status, body).code).toBe(code);
  });

  it('that says there is none means what was asked for', () => {
    const gone = 'Plan Execution Summary does not exist or has been deleted for planExecutionId: x';
    expect(failed(400, errorBody('INVALID_REQUEST', gone), { absent: 'project_not_found' }).code).toBe(
      'project_not_found',
    );
    expect(failed(404, errorBody('ENTITY_NOT_FOUND'), { absent: 'project_not_found' }).code).toBe('project_not_found');
    // A refused token is never the absence of anything.
    expect(failed(404, errorBody('INVALID_TOKEN'), { absent: 'project_not_found' }).code).toBe('invalid_credentials');
  });

  it.each([200, 302, 401, 403, 404])('as a web page of status %i says nothing about the key', (status) => {
    const page = '<!doctype html><title>Sign in</title>';
    expect(failed(status, page, { recognised: false })).toMatchObject({ code: 'not_a_harness_api' });
    expect(failed(status, page)).toMatchObject({ code: 'endpoint_unavailable', upstream: 'Sign in' });
  });

  it('of a gateway in JSON of its own is not Harness’s', () => {
    expect(envelopeOf('{"message":"no Route matched"}')).toBeNull();
    expect(failed(404, { message: 'no Route matched' }, { recognised: false }).code).toBe('not_a_harness_api');
  });
});

describe('the words of Harness', () => {
  it('are those that say most, with the field that is wrong and the id that its support asks for', () => {
    expect(failed(400, failureBody)).toMatchObject({
      upstream: 'Invalid request; orgIdentifier must not be null (correlation id c-1)',
      data: { status: 400, correlationId: 'c-1' },
    });
    expect(failed(500, { status: 'ERROR', detailedMessage: 'deep' }).upstream).toBe('deep');
    expect(failed(500, { status: 'ERROR', responseMessages: [null, { message: 'last' }] }).upstream).toBe('last');
  });

  it('are none where they are markup, or missing', () => {
    expect(failed(500, { ...errorBody('X', '<script>alert(1)</script>'), correlationId: null }).upstream).toBe(
      'HTTP 500 without words',
    );
    expect(failed(500, { status: 'ERROR', code: null, message: null, errors: null }).code).toBe('upstream_error');
  });

  it('lose the names in addresses, and do not lose the id where they are long', () => {
    const long = errorBody('X', `see https://me:secret@h.example/${'a'.repeat(2_000)}`);
    const { upstream } = failed(500, long);
    expect(upstream).not.toContain('secret');
    expect(upstream).toMatch(/\(correlation id c-2\)$/);
  });
});
