/** One kind of system as the file of a satellite names it: the one place that says which is which. */
export interface Application {
  application: string;
  /** Kind of the connector. */
  kind: string;
  secrets: readonly FileSecret[];
  /** By the name under `metadata`: the setting that it is. */
  metadata: Readonly<Record<string, string>>;
}

export interface FileSecret {
  /** Key of the entry. */
  key: string;
  /** Name of the connector's secret. */
  secret: string;
  /** What stands there until a person puts the secret in its place. */
  placeholder: string;
}

const oneKey = (secret: string, placeholder: string): readonly FileSecret[] => [
  { key: 'api_key', secret, placeholder },
];

export const applications: readonly Application[] = [
  {
    application: 'harnessng',
    kind: 'harness',
    secrets: oneKey('apiKey', '<HARNESS_API_KEY>'),
    metadata: { accountId: 'accountId', organization: 'organizations', project: 'projects' },
  },
  {
    application: 'sonarqube',
    kind: 'sonarqube',
    secrets: oneKey('apiToken', '<SONARQUBE_TOKEN>'),
    metadata: { organization: 'organization', project_keys: 'projectKeys' },
  },
  {
    application: 'bitbucket_server',
    kind: 'bitbucket-server',
    secrets: oneKey('token', '<BITBUCKET_TOKEN>'),
    metadata: { projects: 'projects' },
  },
  {
    application: 'oci_registry',
    kind: 'oci-registry',
    secrets: [
      { key: 'username', secret: 'username', placeholder: '<REGISTRY_USERNAME>' },
      { key: 'password', secret: 'password', placeholder: '<REGISTRY_PASSWORD>' },
      { key: 'api_key', secret: 'token', placeholder: '<REGISTRY_TOKEN>' },
    ],
    metadata: { repositories: 'repositories', tags: 'tags', token_service: 'tokenService' },
  },
];

export const applicationOfKind = (kind: string): Application | undefined =>
  applications.find((one) => one.kind === kind);

export interface FileIntegration {
  id: number;
  kind: string;
  name: string;
  url: string;
  settings: Readonly<Record<string, unknown>>;
}

export interface SatelliteFile {
  tenant: string;
  apiKey: string;
  url: string;
  integrations: readonly FileIntegration[];
}

/** The text of a satellite’s file. Every value is quoted as JSON quotes, which YAML reads alike. */
export function satelliteYaml({ tenant, apiKey, url, integrations }: SatelliteFile): string {
  const lines = [
    '# Who has this file can send data to the hub in the name of these integrations. Keep it readable to the satellite alone.',
    'satellite:',
    `  tenant: ${quoted(tenant)}`,
    `  api_key: ${quoted(apiKey)}`,
    `  url: ${quoted(url)}`,
    'integrations:',
    ...integrations.flatMap(entryLines),
  ];
  return `${lines.join('\n')}\n`;
}

function entryLines({ id, kind, name, url, settings }: FileIntegration): string[] {
  const application = applicationOfKind(kind);
  if (application === undefined) return [];
  const metadata = Object.entries(application.metadata).map(
    ([key, setting]) => `      ${key}: ${quoted(shown(settings[setting]))}`,
  );
  return [
    `  # ${name.replace(/[\r\n]/g, ' ')}`,
    `  - id: ${quoted(String(id))}`,
    `    application: ${application.application}`,
    `    url: ${quoted(url)}`,
    ...application.secrets.map(({ key, placeholder }) => `    ${key}: ${quoted(placeholder)}`),
    '    metadata:',
    ...metadata,
  ];
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const quoted = (text: string): string => JSON.stringify(text);

/** Puts what a person typed in place of the placeholders; what was not typed stays as it is. */
export function withSecrets(yaml: string, kind: string, secrets: Readonly<Record<string, unknown>>): string {
  return (applicationOfKind(kind)?.secrets ?? []).reduce((text, { secret, placeholder }) => {
    const typed = secrets[secret];
    return typeof typed === 'string' && typed !== '' ? text.replace(quoted(placeholder), () => quoted(typed)) : text;
  }, yaml);
}
