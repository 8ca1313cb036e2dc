/** Compares answers with a document in OpenAPI 3.0, as far as the vendor's document uses it. */

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  maxItems?: number;
  maxLength?: number;
}

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** `/api/latest/projects/{}/repos/{}`: a path without the names of its parts. */
export const templateOf = (path: string): string =>
  path
    .replace(/^\/?rest\//, '/')
    .replace('{version}', 'latest')
    .replace(/\{[^}]*\}/g, '{}');

export interface Documented {
  path: string;
  operation: Operation;
}

/** The operation that a call is; the most literal path wins. */
export function operationOf(document: Document, method: string, path: string): Documented | undefined {
  const asked = path.replace(/\?.*$/, '').replace(/^\/?rest\/([a-z-]+)\/(?:1\.0|latest)/, '/$1/latest');
  const found = Object.keys(document.paths)
    .filter((template) => document.paths[template]?.[method.toLowerCase()] !== undefined)
    .filter((template) => fits(template, asked))
    .toSorted((a, b) => a.split('{').length - b.split('{').length || b.length - a.length)[0];
  if (found === undefined) return undefined;
  return { path: found, operation: document.paths[found]?.[method.toLowerCase()] as Operation };
}

function fits(template: string, path: string): boolean {
  // A path of a file goes on over slashes; everything else is one part.
  const pattern = template
    .replace(/\/?\{path\}$/, '(?:/.*)?$')
    .replace(/\{[^}]+\}/g, '[^/]+')
    .replaceAll('.diff', '\\.diff');
  return new RegExp(`^${pattern}$`).test(path);
}

export interface Comparison {
  /** What the document forbids. */
  faults: string[];
  /** Members of which the document says nothing. */
  strange: Set<string>;
}

export function compare(document: Document, schema: Schema, value: unknown): Comparison {
  const comparison: Comparison = { faults: [], strange: new Set() };
  walk({ document, comparison }, schema, value, '');
  return comparison;
}

interface Walk {
  document: Document;
  comparison: Comparison;
}

function walk(context: Walk, schema: Schema, value: unknown, place: string): void {
  const { document, comparison } = context;
  if (schema.$ref !== undefined) {
    const named = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (named !== undefined) walk(context, loosened(schema.$ref, named), value, place);
    return;
  }
  const wrong = faultOf(schema, value);
  if (wrong !== undefined) comparison.faults.push(`${place === '' ? '(answer)' : place} ${wrong}`);
  else if (Array.isArray(value)) for (const one of value) walk(context, schema.items ?? {}, one, `${place}[]`);
  else if (typeof value === 'object' && value !== null)
    members(context, schema, value as Record<string, unknown>, place);
}

/** The document says that the value of a cell is an object, which no value of a real report is. */
function loosened(ref: string, schema: Schema): Schema {
  if (!ref.endsWith('/RestInsightReportData')) return schema;
  return { ...schema, properties: { ...schema.properties, value: {} } };
}

function members(context: Walk, schema: Schema, value: Record<string, unknown>, place: string): void {
  for (const name of schema.required ?? [])
    if (value[name] === undefined) context.comparison.faults.push(`${place}.${name} is missing`);
  const known = schema.properties ?? {};
  for (const [name, member] of Object.entries(value)) {
    const own = known[name];
    if (own !== undefined) walk(context, own, member, `${place}.${name}`);
    else if (Object.keys(known).length > 0) context.comparison.strange.add(name);
  }
}

/** What is not said may be null. */
function faultOf({ type, enum: allowed, pattern, maxItems, maxLength }: Schema, value: unknown): string | undefined {
  if (value === null || type === undefined) return undefined;
  const actual = Array.isArray(value) ? 'array' : typeof value;
  const expected = type === 'integer' ? 'number' : type;
  if (actual !== expected) return `is ${actual}, not ${type}`;
  if (type === 'integer' && !Number.isSafeInteger(value)) return 'is no whole number';
  if (allowed !== undefined && !allowed.includes(value))
    return `is ${JSON.stringify(value)}, none of ${allowed.join(', ')}`;
  if (typeof value === 'string' && pattern !== undefined && !new RegExp(pattern).test(value))
    return `does not match ${pattern}`;
  if (typeof value === 'string' && value.length > (maxLength ?? Infinity)) return `is longer than ${maxLength}`;
  if (Array.isArray(value) && value.length > (maxItems ?? Infinity)) return `has more than ${maxItems} members`;
  return undefined;
}
