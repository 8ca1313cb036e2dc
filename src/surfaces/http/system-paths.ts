import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import { failures } from './failures.ts';

/*
 * What the OpenAPI document says of routes that no room declares: probes, metrics, the document itself and the door for
 * deliveries. They read no body of ours and write none through a schema, so they are described here by hand.
 */

const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
const text = { 'text/plain': { schema: { type: 'string' } } };

const failed = (codes: readonly ErrorCode[]): Record<string, object> =>
  Object.fromEntries(
    failures(codes, (code) => catalogue[code].status).map(([status, description]) => [
      String(status),
      { description, content: error },
    ]),
  );

interface Told {
  tag: string;
  id: string;
  summary: string;
  who: string;
  permission: string;
  codes: readonly ErrorCode[];
  answers: Record<string, object>;
  more?: object;
}

const operation = ({ tag, id, summary, who, permission, codes, answers, more = {} }: Told): object => ({
  tags: [tag],
  operationId: id,
  summary,
  description: who,
  security: permission === 'public' ? [] : [{ bearer: [] }],
  ...more,
  responses: { ...answers, ...failed(codes) },
  'x-permission': permission,
  'x-error-codes': [...codes].sort(),
});

const readiness = {
  type: 'object',
  properties: {
    ready: { type: 'boolean' },
    checks: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['ready', 'checks'],
};
const ready = (description: string): object => ({
  description,
  content: { 'application/json': { schema: readiness } },
});

const tag = 'System';
const anybody = { tag, who: 'Anybody, by any host name.', permission: 'public' };

const livez = operation({
  ...anybody,
  id: 'getLivez',
  summary: 'Says that the process answers.',
  codes: ['invalid_request', 'internal_server_error'],
  answers: { '200': { description: 'Always.', content: text } },
});

const readyz = operation({
  ...anybody,
  id: 'getReadyz',
  summary: 'Says whether database and migrations are there.',
  codes: ['invalid_request', 'internal_server_error'],
  answers: { '200': ready('Ready.'), '503': ready('Not ready; `checks` says what is missing.') },
});

const metrics = operation({
  tag,
  id: 'getMetrics',
  summary: 'Metrics in the text format of Prometheus.',
  who: 'A program on the same machine; from elsewhere a token with the permission `settings:read`.',
  permission: 'settings:read',
  codes: ['invalid_request', 'not_authed', 'not_authorized', 'host_not_allowed', 'internal_server_error'],
  answers: { '200': { description: 'The metrics.', content: text } },
});

const document = operation({
  tag,
  id: 'getOpenapiJson',
  summary: 'This document.',
  who: 'Anybody.',
  permission: 'public',
  codes: ['invalid_request', 'host_not_allowed', 'internal_server_error'],
  answers: { '200': { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } } },
});

/** The path decides who is meant, the proof in headers or path whether it is believed. */
function delivery(names: readonly string[]): object {
  const schema = { type: 'string' };
  return operation({
    tag: 'Deliveries',
    id: `postHooksBy${names.map((name) => `${name[0]?.toUpperCase()}${name.slice(1)}`).join('')}`,
    summary: 'Takes what an outside system delivers.',
    who: 'Whoever proves to know the secret: by a signature, a header or a part of the path, as the system can.',
    permission: 'public',
    codes: [
      'invalid_request',
      'webhook_unknown',
      'webhook_not_verified',
      'request_too_large',
      'host_not_allowed',
      'too_many_requests',
      'internal_server_error',
    ],
    answers: { '204': { description: 'Kept; what it leads to is found in the Inbox.' } },
    more: {
      parameters: names.map((name) => ({ name, in: 'path', required: true, schema })),
      requestBody: { content: { '*/*': { schema: {} } } },
    },
  });
}

export const systemPaths: Readonly<Record<string, object>> = {
  '/livez': { get: livez },
  '/readyz': { get: readyz },
  '/metrics': { get: metrics },
  '/api/v1/openapi.json': { get: document },
  '/hooks/{kind}/{integration}': { post: delivery(['kind', 'integration']) },
  '/hooks/{kind}/{integration}/{first}': { post: delivery(['kind', 'integration', 'first']) },
  '/hooks/{kind}/{integration}/{first}/{second}': { post: delivery(['kind', 'integration', 'first', 'second']) },
};
