import { endpoints as harnessEndpoints } from '../../src/connectors/harness/endpoints.ts';
import { form as harnessForm } from '../../src/connectors/harness/form.ts';
import { endpoints as bitbucketEndpoints } from '../../src/connectors/bitbucket-server/endpoints.ts';
import { form as bitbucketForm } from '../../src/connectors/bitbucket-server/form.ts';
import { endpoints as registryEndpoints } from '../../src/connectors/oci-registry/endpoints.ts';
import { form as registryForm } from '../../src/connectors/oci-registry/form.ts';
import { webhooks as registryWebhooks } from '../../src/connectors/oci-registry/notifications/index.ts';
import type { EndpointDeclaration, FormField } from '../../src/connectors/contract.ts';
import { capabilitiesOf } from '../../src/connectors/sonarqube/check/abilities.ts';
import { endpoints } from '../../src/connectors/sonarqube/endpoints.ts';
import { form } from '../../src/connectors/sonarqube/form.ts';
import { defaultSeverityMapping, severities, type SeverityAxis } from '../../src/domain/severity.ts';
import { flags, hints, type ReasonCode, reasons } from '../../src/domain/verdict.ts';
import { can } from '../../src/features/access/model.ts';
import type { Permission } from '../../src/features/access/index.ts';
import { ingestionMetrics } from '../../src/features/ingestion/metrics.ts';
import { deploymentMetrics } from '../../src/features/deployments/metrics.ts';
import { reportMetrics } from '../../src/features/reports/metrics.ts';
import { satelliteMetrics } from '../../src/features/satellites/metrics.ts';
import { renderConfigTable } from '../../src/platform/config/index.ts';
import { accessErrors } from '../../src/platform/errors/catalogue/access.ts';
import { connectionErrors } from '../../src/platform/errors/catalogue/connection.ts';
import { connectionsApiErrors } from '../../src/platform/errors/catalogue/connections-api.ts';
import { deploymentErrors } from '../../src/platform/errors/catalogue/deployments.ts';
import { inboxErrors } from '../../src/platform/errors/catalogue/inbox.ts';
import { ingestionErrors } from '../../src/platform/errors/catalogue/ingestion.ts';
import { integrationErrors } from '../../src/platform/errors/catalogue/integrations.ts';
import { labErrors } from '../../src/platform/errors/catalogue/lab.ts';
import { operationsErrors } from '../../src/platform/errors/catalogue/operations.ts';
import { policyErrors } from '../../src/platform/errors/catalogue/policy.ts';
import { bitbucketErrors } from '../../src/platform/errors/catalogue/bitbucket.ts';
import { harnessErrors } from '../../src/platform/errors/catalogue/harness.ts';
import { satelliteErrors } from '../../src/platform/errors/catalogue/satellites.ts';
import { registryErrors } from '../../src/platform/errors/catalogue/registry.ts';
import { outgoingWebhookErrors } from '../../src/platform/errors/catalogue/outgoing-webhooks.ts';
import { singleSignOnErrors } from '../../src/platform/errors/catalogue/single-sign-on.ts';
import { sqlErrors } from '../../src/platform/errors/catalogue/sql.ts';
import { teamErrors } from '../../src/platform/errors/catalogue/teams.ts';
import { runningErrors } from '../../src/platform/errors/catalogue/running.ts';
import { traceErrors } from '../../src/platform/errors/catalogue/trace.ts';
import { systemErrors } from '../../src/platform/errors/catalogue/system.ts';
import type { ErrorCode } from '../../src/platform/errors/index.ts';
import { renderErrorTable } from '../../src/platform/errors/render-error-table.ts';
import { createMetrics } from '../../src/platform/telemetry/index.ts';
import { type Fault, faults } from '../../test/faults/table.ts';
import { type CommandDescription, readCommands } from './command-help.ts';
import { readDataTables } from './data-views.ts';

/** Codes of runs that a person meets in Monitoring of a connection, beside those of the connection itself. */
const runCodes: readonly ErrorCode[] = [
  'absence_held',
  'cancelled',
  'incomplete_listing',
  'internal_server_error',
  'record_set_aside',
  'secrets_required',
  'server_identity_changed',
  'source_moved',
  'worker_lost',
];

/** Codes of connections that a registry can end with. */
const registryConnectionCodes: readonly ErrorCode[] = [
  'address_not_allowed',
  'endpoint_unavailable',
  'invalid_credentials',
  'invalid_permissions',
  'malformed_response',
  'no_resources',
  'rate_limited',
  'response_too_large',
  'timeout',
  'tls_error',
  'unreachable',
  'upstream_error',
];

/** Families of the catalogue, as docs/errors.md heads them. */
export const errorFamilies: Record<string, Record<string, unknown>> = {
  connections: connectionErrors,
  runs: ingestionErrors,
  integrations: integrationErrors,
  'the Connections API': connectionsApiErrors,
  'outgoing webhooks': outgoingWebhookErrors,
  webhooks: inboxErrors,
  registries: registryErrors,
  satellites: satelliteErrors,
  'Bitbucket Server': bitbucketErrors,
  Harness: harnessErrors,
  'image policy': policyErrors,
  deployments: deploymentErrors,
  trace: traceErrors,
  running: runningErrors,
  'people and teams': teamErrors,
  access: accessErrors,
  'single sign-on': singleSignOnErrors,
  sql: sqlErrors,
  operations: operationsErrors,
  system: systemErrors,
  lab: labErrors,
};

/** Every part of the pages that is made of the program's own declarations, by the name its markers carry. */
export async function generatedParts(root: string): Promise<Map<string, string>> {
  const commands = await readCommands();
  return new Map([
    ['configuration', renderConfigTable().trim()],
    ...Object.entries(errorFamilies).map(
      ([name, family]) => [`errors ${name}`, errorTable(Object.keys(family))] as const,
    ),
    ['errors of a connection', errorTable([...Object.keys(connectionErrors), ...runCodes])],
    ['sonarqube endpoints', endpointTable(endpoints)],
    ['sonarqube capabilities', capabilityTable()],
    ['sonarqube settings', settingsTable(form)],
    ['registry endpoints', endpointTable(registryEndpoints)],
    ['registry settings', settingsTable(registryForm)],
    ['registry notifications', adapterTable()],
    ['errors of a registry', errorTable([...Object.keys(registryErrors), ...registryConnectionCodes])],
    ['bitbucket endpoints', endpointTable(bitbucketEndpoints)],
    ['bitbucket settings', settingsTable(bitbucketForm)],
    ['errors of Bitbucket Server', errorTable([...Object.keys(bitbucketErrors), ...registryConnectionCodes])],
    ['harness endpoints', endpointTable(harnessEndpoints)],
    ['harness settings', settingsTable(harnessForm)],
    [
      'errors of Harness',
      errorTable([
        ...Object.keys(harnessErrors),
        'organization_not_found',
        'project_not_found',
        'no_resources',
        ...registryConnectionCodes,
      ]),
    ],
    ['data tables', await dataTables(root)],
    ['data columns', await dataColumns(root)],
    ['severity mapping', severityTable()],
    ['reason codes', reasonTable()],
    ['verdict flags', wordTable('flag', flags)],
    ['verdict hints', wordTable('hint', hints)],
    ['faults', faultTable()],
    ['roles', roleTable()],
    ['metrics', await metricTable()],
    ['commands', commandList(commands)],
    ...commands.map((command) => [`command ${command.path}`, commandPart(command)] as const),
  ]);
}

/** Every reason a verdict can have; the worst status first. */
function reasonTable(): string {
  const rows = (Object.keys(reasons) as ReasonCode[]).map((name) => {
    const { status, title, remedy } = reasons[name];
    return [code(name), status.replace('_', ' '), title, remedy];
  });
  return table(['reason', 'verdict', 'what is the case', 'what to do'], rows);
}

function wordTable(heading: string, words: Readonly<Record<string, string>>): string {
  return table(
    [heading, 'meaning'],
    Object.entries(words).map(([name, meaning]) => [code(name), meaning]),
  );
}

type Row = readonly string[];

function table(headings: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(headings), `|${' --- |'.repeat(headings.length)}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

const code = (text: string): string => `\`${text}\``;

function errorTable(codes: readonly string[]): string {
  return renderErrorTable([...new Set(codes)].toSorted() as ErrorCode[]);
}

function endpointTable(declared: readonly EndpointDeclaration[]): string {
  const rows = declared.map(({ method, path, since, permission, why, without }) => [
    code(`${method} ${path}`),
    since,
    permission,
    why,
    without,
  ]);
  return table(['call', 'since', 'permission', 'why', 'lost without it'], rows);
}

function capabilityTable(): string {
  const rows = capabilitiesOf({}).map(({ title, lost, leastPermission }) => [title, lost ?? '', leastPermission ?? '']);
  return table(['capability', 'lost without it', 'least permission'], rows);
}

function settingsTable(fields: readonly FormField[]): string {
  const rows = fields.map((field) => [
    field.label,
    code(`${field.kind === 'secret' ? 'secrets' : 'settings'}.${field.name}`),
    field.required ? 'yes' : 'no',
    [...(field.help === undefined ? [] : [field.help]), ...optionWords(field)].join(' '),
  ]);
  return table(['field', 'in YAML and REST', 'required', 'meaning'], rows);
}

function optionWords(field: FormField): string[] {
  if (field.kind !== 'choice') return [];
  return field.options.map(({ value, label }, at) => `${code(value)}${at === 0 ? ' (the default)' : ''}: ${label}.`);
}

/** Ways in which registries tell of pushes. */
function adapterTable(): string {
  const proofs = { signature: 'signature', header_token: 'header', path_key: 'key in the address' };
  const rows = registryWebhooks.map(({ name, title, proof }) => [
    title,
    code(`/hooks/oci-registry/<id>${name === '' ? '' : `/${name}`}${proof === 'path_key' ? '/<key>' : ''}`),
    proofs[proof],
  ]);
  return table(['registry', 'address', 'proves itself by'], rows);
}

async function dataTables(root: string): Promise<string> {
  const rows = (await readDataTables(root)).map(({ name, comment, source }) => [
    `[${code(name)}](schema.md#${name})`,
    comment,
    source ?? 'Plumbline itself',
  ]);
  return table(['table', 'rows', 'comes from'], rows);
}

async function dataColumns(root: string): Promise<string> {
  const sections = (await readDataTables(root)).map(({ name, comment, columns }) => {
    const rows = columns.map((column) => [
      code(column.name),
      column.pointsTo === undefined ? column.comment : `${column.comment} Refers to ${code(column.pointsTo)}.`,
      column.source ?? '',
    ]);
    return `## ${name}\n\n${comment}\n\n${table(['column', 'meaning', 'comes from'], rows)}`;
  });
  return sections.join('\n\n');
}

function severityTable(): string {
  const levels = (axis: SeverityAxis, severity: string): string =>
    defaultSeverityMapping
      .filter((row) => row.axis === axis && row.severity === severity)
      .map((row) => row.rawLevel)
      .join(', ');
  const rows = severities
    .filter((severity) => severity !== 'unrated')
    .map((severity) => [
      `${severity[0]?.toUpperCase()}${severity.slice(1)}`,
      levels('impact', severity),
      levels('standard', severity),
    ]);
  return table(['severity', 'security impact', 'standard severity'], rows);
}

function faultTable(): string {
  const rows = Object.values<Fault>(faults).map(({ what, status, code: shown, next }) => [
    what,
    status,
    shown === null ? '' : `[${code(shown)}](errors.md)`,
    next,
  ]);
  return table(['what goes wrong', 'status of the run', 'code shown', 'what happens next'], rows);
}

/** What each permission lets a person do. A permission without a sentence does not compile. */
const permissionWords: Record<Permission, string> = {
  'integrations:read': 'See integrations, their settings, capabilities, endpoints and the network page; never secrets',
  'runs:read': 'See Monitoring, completeness and audits; use Find',
  'findings:read': 'See projects and findings',
  'images:read': 'See images and their provenance',
  'policy:read': 'Verdicts on images, their evidence, mappings and environments; judge an image',
  'insights:read': 'See Security Insights',
  'sql:read': 'Run SQL, see the schema, save queries of their own',
  'settings:read': 'See the System page and the metrics',
  'users:read': 'See accounts and their roles',
  'people:read': 'See people, their managers and attributes; download them',
  'people:write': 'Upload, change and remove people',
  'identities:write': 'Say which accounts of other systems are a person’s',
  'teams:read': 'See org trees, teams and their members',
  'teams:write': 'Make, change and remove org trees; say which integrations count in one',
  'team_settings:write': 'Settings of a team: what belongs to it, which integrations count, its targets',
  'audit:read': 'See the audit trail',
  'companions:write': 'Ask for the scanner parameters of pull requests, which makes their companion projects',
  'deployments:read': 'See what runs where, deployments and delivery figures',
  'deployments:report': 'Report deployments, as pipelines do; a token can be for this alone',
  'integrations:write': 'Add, check, change, pause and delete integrations; enter secrets',
  'runs:write': 'Start, cancel and retry runs; start audits',
  'policy:write': 'Waivers, mappings, environments and settings of the policy',
  'analysts:write': 'Make, list and revoke database logins',
  'users:write': 'Add people, change roles, set passwords',
  'tokens:write': 'Make, list and revoke API tokens',
  'settings:write': 'Add, change, test and delete outgoing webhooks; change settings of the hub',
};

function roleTable(): string {
  const roles = ['viewer', 'team_manager', 'admin'] as const;
  const rows = Object.entries(permissionWords).map(([permission, words]) => [
    words,
    code(permission),
    ...roles.map((role) => (can(role, permission as Permission) ? 'yes' : '')),
  ]);
  return table(['may', 'permission', 'viewer', 'team manager', 'admin'], rows);
}

async function metricTable(): Promise<string> {
  const none = async (): Promise<Record<string, number>> => ({});
  const metrics = createMetrics({
    version: '',
    sources: { tasks: none, runs: none, integrations: none, connections: none },
    families: [
      ...ingestionMetrics({ query: async () => [] }),
      ...satelliteMetrics({ query: async () => [] }),
      ...reportMetrics({ query: async () => [] }),
      ...deploymentMetrics({ query: async () => [] }),
    ],
  });
  const { body } = await metrics.text();
  const rows = [...body.matchAll(/^# HELP (plumbline_\w+) (.*)\n# TYPE \w+ (\w+)/gm)];
  return table(
    ['metric', 'type', 'meaning'],
    rows.map(([, name = '', help = '', type = '']) => [code(name), type, help]),
  );
}

function synopsis({ path, usage }: CommandDescription): string {
  return `plumbline ${path}${usage === '' ? '' : ` ${usage}`}`;
}

function commandList(commands: readonly CommandDescription[]): string {
  return table(
    ['command', 'does'],
    commands.map((command) => [code(synopsis(command)), command.description]),
  );
}

function commandPart(command: CommandDescription): string {
  const { description, options } = command;
  const head = `${code(synopsis(command))}: ${description}.`;
  if (options.length === 0) return head;
  const rows = options.map((option) => [code(option.flags), option.description, option.standard ?? '']);
  return `${head}\n\n${table(['option', 'meaning', 'when left out'], rows)}`;
}
