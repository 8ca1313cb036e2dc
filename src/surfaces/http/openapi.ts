import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ErrorAnswer } from '../../features/access/contract.ts';
import type { Route } from '../../features/access/index.ts';
import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import { failures } from './failures.ts';
import type { HttpConfig } from './options.ts';
import { RpcFailure, rpcStatus } from './rpc.ts';
import { systemPaths } from './system-paths.ts';

const always: readonly ErrorCode[] = ['host_not_allowed', 'internal_server_error'];

/** Every code a route can answer with. */
export function routeErrors(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([...route.errors, 'invalid_request', ...always]);
  if (route.permission !== 'public') codes.add('not_authed').add('sso_not_confirmed');
  if (route.permission !== 'public' && route.permission !== 'signed_in') codes.add('not_authorized');
  if (route.method !== 'GET') codes.add('foreign_origin').add('request_too_large');
  return [...codes].sort();
}

/** What the document says of a route beside its parameters; also makes the serialiser of its answer. */
export function routeDocumentation(route: Route): Record<string, unknown> {
  const codes = routeErrors(route);
  const response: Record<string, unknown> = {};
  if (route.response !== undefined) response['2xx'] = route.response;
  const rpc = route.style === 'rpc';
  const statusOf = (code: ErrorCode): number => (rpc ? rpcStatus(code) : catalogue[code].status);
  const schema = rpc ? RpcFailure : ErrorAnswer;
  for (const [status, description] of failures(codes, statusOf))
    response[status] = { description, content: { 'application/json': { schema } } };
  const who = route.permission === 'public' ? 'Anybody.' : `Needs ${describePermission(route.permission)}.`;
  return {
    tags: [route.tag],
    summary: route.summary,
    description: who,
    operationId: operationId(route),
    security: route.permission === 'public' ? [] : [{ bearer: [] }, { session: [] }],
    response,
    'x-permission': route.permission,
    'x-scope': route.scope,
    'x-error-codes': codes,
    'x-streams': route.streams,
    ...(route.upload === undefined ? {} : { 'x-upload': route.upload.type }),
  };
}

const describePermission = (permission: string): string =>
  permission === 'signed_in' ? 'any account or token' : `the permission \`${permission}\``;

/** `GET /api/v1/integrations/:id/endpoints` -> `getIntegrationsByIdEndpoints`. */
function operationId(route: Route): string {
  const words = route.path
    .replace(/^\/api\/(v1\/)?/, '')
    .split(/[/._-]/)
    .filter((word) => word !== '')
    .map((word) => (word.startsWith(':') ? `by-${word.slice(1)}` : word))
    .flatMap((word) => word.split('-'));
  return route.method.toLowerCase() + words.map((word) => (word[0] ?? '').toUpperCase() + word.slice(1)).join('');
}

/** The document as served: only while serving is the port of the public URL certain. */
export function openApiDocument(app: FastifyInstance, config: HttpConfig): object {
  const document = app.swagger() as unknown as Document;
  const paths = Object.entries(document.paths).map(
    ([path, operations]) => [path, withStreams(withUploads(operations))] as const,
  );
  return {
    ...document,
    paths: { ...Object.fromEntries(paths), ...systemPaths },
    servers: [{ url: config.publicUrl.href.replace(/\/$/, '') }],
  };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> }>;
  'x-streams'?: readonly string[];
  'x-upload'?: string;
}

/** A file has no shape that is checked; the document says what it is. */
function withUploads(operations: Record<string, Operation>): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([method, { 'x-upload': type, ...operation }]) => {
      if (type === undefined) return [method, operation];
      const content = { [type]: { schema: { type: 'string', format: 'binary' } } };
      return [method, { ...operation, requestBody: { required: true, content } }];
    }),
  );
}

/** The serialiser of JSON knows nothing of the other forms of an answer; the document names them. */
function withStreams(operations: Record<string, Operation>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(operations).map(([method, { 'x-streams': types = [], ...operation }]) => {
      if (types.length === 0) return [method, operation];
      const { '200': plain, '2XX': all, ...failed } = operation.responses;
      const content = Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }]));
      const good = { description: 'Done.', content: { ...all?.content, ...plain?.content, ...content } };
      return [method, { ...operation, responses: { '2XX': good, ...failed } }];
    }),
  );
}

/** Collects the routes mounted after it into one OpenAPI document. */
export async function registerOpenApi(app: FastifyInstance, config: HttpConfig): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>();
  schemaRegistry.add(ErrorAnswer, { id: 'Error' });
  schemaRegistry.add(RpcFailure, { id: 'RpcFailure' });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Plumbline', version: config.version, description: 'The API of a Plumbline hub.' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API token.' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-plumbline', description: 'A browser session.' },
        },
      },
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
}
