/** The part of an OpenAPI 3.1 document our page shows. Everything is optional: it is read, not trusted. */
export interface OpenApi {
  info?: { title?: string; version?: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
  'x-permission'?: string;
  'x-error-codes'?: string[];
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

export interface Endpoint extends Operation {
  method: string;
  path: string;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Endpoints by tag, tags by name, in each by path and then method; only those with every word of the text. */
export function endpointsByTag(document: OpenApi, text: string): [tag: string, endpoints: Endpoint[]][] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const byTag = new Map<string, Endpoint[]>();
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = operations[method];
      if (operation === undefined) continue;
      const endpoint = { ...operation, method: method.toUpperCase(), path };
      const searched =
        `${endpoint.method} ${path} ${operation.summary ?? ''} ${(operation.tags ?? []).join(' ')}`.toLowerCase();
      if (!words.every((word) => searched.includes(word))) continue;
      const tag = operation.tags?.[0] ?? 'Other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), endpoint]);
    }
  }
  const ordered = [...byTag].sort(([a], [b]) => a.localeCompare(b));
  for (const [, endpoints] of ordered)
    endpoints.sort(
      (a, b) =>
        a.path.localeCompare(b.path) ||
        methods.indexOf(a.method.toLowerCase()) - methods.indexOf(b.method.toLowerCase()),
    );
  return ordered;
}

const deepest = 6;

/**
 * A schema as text that reads like TypeScript: `{ name: string; tags?: string[] }`. References are followed; what goes
 * deeper than six levels is `…`.
 */
export function schemaText(schema: Schema | undefined, document: OpenApi, depth = 0): string {
  if (schema === undefined) return 'unknown';
  if (depth > deepest) return '…';
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return schemaText(document.components?.schemas?.[name] ?? {}, document, depth + 1);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return [...new Set(several.map((one) => schemaText(one, document, depth)))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((one) => schemaText(one, document, depth)).join(' & ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => schemaText({ ...schema, type }, document, depth)).join(' | ');
  if (schema.type === 'array') return listText(schema, document, depth);
  if (schema.type === 'object' || schema.properties !== undefined) return objectText(schema, document, depth);
  const type = schema.type ?? 'unknown';
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}

function listText(schema: Schema, document: OpenApi, depth: number): string {
  const item = schemaText(schema.items, document, depth + 1);
  return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
}

function objectText(schema: Schema, document: OpenApi, depth: number): string {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) {
    const values = schema.additionalProperties;
    return typeof values === 'object' ? `{ [name: string]: ${schemaText(values, document, depth + 1)} }` : '{}';
  }
  const indent = '  '.repeat(depth + 1);
  const lines = entries.map(([name, property]) => {
    const optional = schema.required?.includes(name) === true ? '' : '?';
    const words = property.description === undefined ? '' : `  // ${property.description.split('\n')[0]}`;
    return `${indent}${name}${optional}: ${schemaText(property, document, depth + 1)}${words}`;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

/** The first JSON schema among the contents of a request or answer. */
export function jsonSchemaOf(content: Record<string, { schema?: Schema }> | undefined): Schema | undefined {
  return content?.['application/json']?.schema ?? Object.values(content ?? {})[0]?.schema;
}

/** Bounds and defaults of a parameter in words. */
export function boundsText(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  const parts = [
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
    schema.minimum === undefined ? '' : `at least ${schema.minimum}`,
    schema.maximum === undefined || schema.maximum >= Number.MAX_SAFE_INTEGER ? '' : `at most ${schema.maximum}`,
    schema.maxLength === undefined ? '' : `at most ${schema.maxLength} characters`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
