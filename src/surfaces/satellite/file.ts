import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { type Application, applications } from '../../domain/satellite-file.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { SecretReader } from './references.ts';

export interface ConfiguredIntegration {
  id: number;
  kind: string;
  /** What the file says of it, under the names of the connector's settings. */
  settings: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, string>>;
  /** PEM certificates to trust for it. */
  ca: string | undefined;
  /** Undefined: as for all traffic; null: none. */
  proxy: string | null | undefined;
}

export interface SatelliteConfig {
  tenant: string;
  apiKey: string;
  url: URL;
  /** Proxy on the way to the hub. */
  proxy: string | undefined;
  /** Proxy on the way to the tools too. */
  proxyForAll: boolean;
  /** PEM certificates to trust on every way. */
  ca: string | undefined;
  bufferBytes: number;
  integrations: ConfiguredIntegration[];
}

export interface ReadFile {
  config: SatelliteConfig;
  /** What was passed over, with the line. */
  warnings: string[];
}

const Text = z.union([z.string(), z.number().transform(String)]);
const Proxy = z.object({
  host: z
    .string()
    .min(1)
    .refine((host) => !host.includes('://'), 'a host only: leave http:// out'),
  port: z.coerce.number().int().min(1).max(65_535),
  username: z.string().optional(),
  password: z.string().optional(),
  password_file: z.string().optional(),
  all_traffic: z.boolean().default(false),
});
const Root = z.object({
  tenant: Text,
  api_key: z.string().optional(),
  api_key_file: z.string().optional(),
  url: z.string(),
  proxy: Proxy.optional(),
  ca_file: z.string().optional(),
  buffer_mb: z.coerce.number().min(0.01).max(100_000).default(256),
});
const Entry = z.object({
  id: Text,
  application: z.string(),
  url: z.string(),
  username: Text.optional(),
  username_file: z.string().optional(),
  password: Text.optional(),
  password_file: z.string().optional(),
  api_key: Text.optional(),
  api_key_file: z.string().optional(),
  satellite: z.boolean().optional(),
  ca_file: z.string().optional(),
  proxy: z.union([z.literal(false), Proxy]).optional(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(Text), z.null()])).default({}),
});
type Entry = z.infer<typeof Entry>;

/** Reads the file. Throws `satellite_file_invalid`, naming the place. */
export async function readSatelliteFile(text: string, reader: SecretReader): Promise<ReadFile> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [fault] = document.errors;
  if (fault !== undefined) throw invalid(fault.message.split('\n')[0] ?? 'it is no YAML');
  if (!isMap(document.contents)) throw invalid('it holds no satellite: and no integrations:');
  const seen = { document, lines, warnings: [] as string[] };
  const rootName = document.has('satellite') ? 'satellite' : 'levelops';
  if (!document.has(rootName)) throw invalid('satellite: required');
  const raw = document.toJS() as Record<string, unknown>;
  warnUnknown(seen, [], [rootName, 'integrations']);
  const root = parse(Root, raw[rootName], rootName);
  warnUnknown(seen, [rootName], Object.keys(Root.shape));
  const entries = parse(z.array(z.unknown()).min(1), raw['integrations'], 'integrations');
  const integrations: ConfiguredIntegration[] = [];
  for (const [index, value] of entries.entries()) {
    const one = await readEntry(seen, { value, index }, reader);
    if (one !== undefined) integrations.push(one);
  }
  if (integrations.length === 0)
    throw invalid('integrations: none of them is of an application that this version reads');
  const twice = integrations.find(({ id }, at) => integrations.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) throw invalid(`integrations: id '${twice.id}' stands there twice`);
  const config: SatelliteConfig = {
    tenant: root.tenant,
    apiKey: await required(reader, root.api_key, root.api_key_file, `${rootName}.api_key`),
    url: hubUrl(root.url, rootName),
    proxy: await proxyUrl(reader, root.proxy),
    proxyForAll: root.proxy?.all_traffic ?? false,
    ca: root.ca_file === undefined ? undefined : await reader.file(root.ca_file),
    bufferBytes: Math.round(root.buffer_mb * 1024 * 1024),
    integrations,
  };
  return { config, warnings: seen.warnings };
}

interface Seen {
  document: Document;
  lines: LineCounter;
  warnings: string[];
}

async function readEntry(
  seen: Seen,
  { value, index }: { value: unknown; index: number },
  reader: SecretReader,
): Promise<ConfiguredIntegration | undefined> {
  const path = `integrations[${index}]`;
  const entry = parse(Entry, value, path);
  const application = applications.find((one) => one.application === entry.application);
  if (application === undefined) {
    const known = applications.map((one) => one.application).join(', ');
    seen.warnings.push(
      `${at(seen, ['integrations', index])}${path}: ${entry.application} is not read; there are ${known}`,
    );
    return undefined;
  }
  warnUnknown(seen, ['integrations', index], Object.keys(Entry.shape));
  warnUnknown(seen, ['integrations', index, 'metadata'], Object.keys(application.metadata));
  if (!/^[1-9]\d{0,14}$/.test(entry.id)) throw invalid(`${path}.id: '${entry.id}' is not the number of an integration`);
  return {
    id: Number(entry.id),
    kind: application.kind,
    settings: settingsOf(application, entry),
    secrets: await secretsOf(application, entry, { path, reader }),
    ca: entry.ca_file === undefined ? undefined : await reader.file(entry.ca_file),
    proxy: entry.proxy === false ? null : await proxyUrl(reader, entry.proxy),
  };
}

/** What is left blank narrows nothing: the hub's settings count. */
function settingsOf({ metadata }: Application, entry: Entry): Record<string, unknown> {
  const named = Object.entries(metadata).map(([key, setting]) => [setting, entry.metadata[key]] as const);
  const given = named.filter(([, value]) => value !== undefined && value !== null && String(value).trim() !== '');
  return { url: entry.url, ...Object.fromEntries(given) };
}

async function secretsOf(
  { secrets }: Application,
  entry: Entry,
  { path, reader }: { path: string; reader: SecretReader },
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { key, secret, placeholder } of secrets) {
    const [text, file] = [entry[key as 'api_key'], entry[`${key}_file` as 'api_key_file']];
    if (text === undefined && file === undefined) continue;
    const value = await required(reader, text, file, `${path}.${key}`);
    if (value === placeholder)
      throw invalid(`${path}.${key}: ${placeholder} stands there still; put the secret in its place`);
    found[secret] = value;
  }
  return found;
}

async function required(
  reader: SecretReader,
  text: string | undefined,
  file: string | undefined,
  path: string,
): Promise<string> {
  if (file !== undefined) return (await reader.file(file)).trim();
  if (text === undefined || text === '') throw invalid(`${path}: required`);
  return reader.text(text, path);
}

async function proxyUrl(reader: SecretReader, proxy: z.infer<typeof Proxy> | undefined): Promise<string | undefined> {
  if (proxy === undefined) return undefined;
  const url = new URL(`http://${proxy.host}:${proxy.port}`);
  if (proxy.username !== undefined) url.username = encodeURIComponent(proxy.username);
  if (proxy.password !== undefined || proxy.password_file !== undefined)
    url.password = encodeURIComponent(await required(reader, proxy.password, proxy.password_file, 'proxy.password'));
  return url.href;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The hub, and never the vendor of the file's form. */
function hubUrl(text: string, root: string): URL {
  const url = URL.parse(text);
  if (url === null) throw invalid(`${root}.url: '${text.slice(0, 100)}' is no address`);
  if (/(^|\.)(harness|propelo|levelops)\.(io|ai)$/.test(url.hostname))
    throw invalid(
      `${root}.url: ${url.hostname} is the vendor’s. Put your hub’s address there, followed by /satellite/v1, and tenant and api_key of the same download`,
    );
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname)))
    throw invalid(`${root}.url: only https:// is spoken with the hub`);
  if (!/\/satellite\/v1\/?$/.test(url.pathname))
    throw invalid(`${root}.url: it ends with /satellite/v1, e.g. https://plumbline.example.com/satellite/v1`);
  return url;
}

function warnUnknown(seen: Seen, path: (string | number)[], known: readonly string[]): void {
  const node = path.length === 0 ? seen.document.contents : seen.document.getIn(path, true);
  if (!isMap(node)) return;
  for (const { key } of node.items) {
    const name = String((key as { value?: unknown }).value ?? key);
    if (!known.includes(name))
      seen.warnings.push(`${at(seen, [...path, name])}${[...path, name].join('.')} is not used`);
  }
}

function at({ document, lines }: Seen, path: (string | number)[]): string {
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
  return node?.range === undefined ? '' : `line ${lines.linePos(node.range[0]).line}: `;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = [path, ...(issue?.path ?? [])].join('.').replace(/\.(\d+)(?=\.|$)/g, '[$1]');
  const missing = issue?.code === 'invalid_type' && issue.message.includes('undefined');
  throw invalid(`${where}: ${missing ? 'required' : (issue?.message ?? 'not understood')}`);
}

function invalid(what: string): PlumblineError {
  return new PlumblineError('satellite_file_invalid', { message: `The satellite’s file: ${what}.` });
}
