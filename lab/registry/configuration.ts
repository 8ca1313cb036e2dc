/** Where the registry tells of pushes: an address of the hub's and the secret that goes with it. */
export interface Notifications {
  url: string;
  secret: string;
}

export interface RegistryConfiguration {
  /** Folder of its data. */
  storage: string;
  port: number;
  notifications: Notifications | undefined;
}

/** The registry's `config.yml`; every text is written as JSON, which YAML reads as it stands. */
export function renderConfiguration({ storage, port, notifications }: RegistryConfiguration): string {
  const lines = [
    '# Written by `plumbline lab up registry`.',
    'version: 0.1',
    'log: { level: warn, accesslog: { disabled: true } }',
    'storage:',
    `  filesystem: { rootdirectory: ${JSON.stringify(storage)} }`,
    '  delete: { enabled: true }',
    `http: { addr: "127.0.0.1:${port}" }`,
  ];
  if (notifications === undefined) return `${lines.join('\n')}\n`;
  return `${[
    ...lines,
    'notifications:',
    '  events: { includereferences: true }',
    '  endpoints:',
    '    - name: plumbline',
    `      url: ${JSON.stringify(notifications.url)}`,
    `      headers: { Authorization: [${JSON.stringify(`Bearer ${notifications.secret}`)}] }`,
    '      timeout: 2s',
    '      threshold: 3',
    '      backoff: 1s',
    '      ignore: { actions: [pull, mount], mediatypes: [application/octet-stream] }',
  ].join('\n')}\n`;
}
