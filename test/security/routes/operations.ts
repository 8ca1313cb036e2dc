import type { Permission } from '../../../src/features/access/index.ts';

/** A route as the OpenAPI document has it: what can be known of it by that is asked here, and written down nowhere else. */
export interface Operation {
  /** `GET /api/v1/projects/{id}`. */
  name: string;
  method: string;
  /** With a number for each part that is left open. */
  path: string;
  permission: Permission | 'public' | 'signed_in';
  scope: 'organization' | 'node' | 'rows' | 'own';
  codes: string[];
  statuses: string[];
  parameters: { name: string; in: string; required?: boolean }[];
  body: Schema | undefined;
}

export interface Schema {
  type?: string;
  format?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

export interface Document {
  paths: Record<string, Record<string, Record<string, unknown>>>;
}

/** Those of rooms: what is open to other programs of the machine or proves itself otherwise has tests of its own. */
export function readOperations(document: Document): Operation[] {
  return Object.entries(document.paths)
    .filter(([path]) => /^\/api\/(?!v1\/openapi\.json)/.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, '1'),
        permission: operation['x-permission'] as Operation['permission'],
        scope: operation['x-scope'] as Operation['scope'],
        codes: operation['x-error-codes'] as string[],
        statuses: Object.keys(operation['responses'] as object),
        parameters: (operation['parameters'] ?? []) as Operation['parameters'],
        body: (operation['requestBody'] as { content: Record<string, { schema: Schema }> } | undefined)?.content[
          'application/json'
        ]?.schema,
      })),
    );
}

/** Whether a name stands anywhere in the shape. */
export function hasProperty(schema: Schema | undefined, names: readonly string[]): boolean {
  if (schema === undefined) return false;
  const inner = [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  const properties = Object.entries(schema.properties ?? {});
  return (
    properties.some(([name, one]) => names.includes(name) || hasProperty(one, names)) ||
    inner.some((one) => hasProperty(one, names))
  );
}
