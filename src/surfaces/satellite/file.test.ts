import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { satelliteYaml, withSecrets } from '../../domain/satellite-file.ts';
import { readSatelliteFile } from './file.ts';
import { encryptValue, secretReader } from './references.ts';

const reader = secretReader({});
const url = 'https://plumbline.example.com/satellite/v1';

const yaml = (more: { root?: string; entry?: string; url?: string; root_name?: string } = {}): string => `
${more.root_name ?? 'satellite'}:
  tenant: 3f0f9c4e
  api_key: plbsat_x
  url: '${more.url ?? url}'
${more.root ?? ''}
integrations:
  - id: '14'
    application: harnessng
    url: 'https://harness.internal'
    api_key: pat.secret
    metadata:
      accountId: kmpySmUISimoRrJL6NL73w
      organization: default
      project: default
${more.entry ?? ''}`;

const fault = async (text: string, environment: NodeJS.ProcessEnv = {}): Promise<string> => {
  const read = await readSatelliteFile(text, secretReader(environment)).catch((error: Error) => error);
  return read instanceof Error ? read.message : 'read';
};

describe('the file of a satellite', () => {
  it('is read as the hub writes it, with the secret that was typed', async () => {
    const written = satelliteYaml({
      tenant: 'tenant-1',
      apiKey: 'plbsat_key',
      url,
      integrations: [
        {
          id: 7,
          kind: 'sonarqube',
          name: 'a "name": with\nlines',
          url: 'https://sonarqube.internal/',
          settings: { projectKeys: ['shop', 'till: #1'], organization: [] },
        },
      ],
    });
    const typed = `squ_"quotes"\\and: $1 #hash`;
    const { config, warnings } = await readSatelliteFile(
      withSecrets(written, 'sonarqube', { apiToken: typed }),
      reader,
    );
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({ tenant: 'tenant-1', apiKey: 'plbsat_key', proxyForAll: false });
    expect(config.integrations).toEqual([
      {
        id: 7,
        kind: 'sonarqube',
        settings: { url: 'https://sonarqube.internal/', projectKeys: 'shop, till: #1' },
        secrets: { apiToken: typed },
        ca: undefined,
        proxy: undefined,
      },
    ]);
    expect(await fault(written)).toContain('integrations[0].api_key: <SONARQUBE_TOKEN> stands there still');
  });

  it('may be the vendor’s own sample, whose address leads nowhere of ours', async () => {
    const sample = (address: string): string => `
satellite:
  tenant: <ACCOUNT_ID>
  api_key: <SEI API key>
  url: '${address}'
  proxy:
    host: proxy.internal
    port: 3128
    username: u
    password: p
    all_traffic: true
integrations:
  - id: '14'
    application: harnessng
    url: 'https://harness.internal'
    username: user
    api_key: <secret>
    satellite: true
    metadata:
      accountId: account
      organization: default
      project: default
  - id: '15'
    application: jira
    url: 'https://jira.internal'
    metadata:
      timezone: UTC
jira:
  allow_unsafe_ssl: true
`;
    expect(await fault(sample('https://app.harness.io/gratis/sei/api'))).toMatch(
      /satellite\.url: app\.harness\.io is the vendor’s\. Put your hub’s address there, followed by \/satellite\/v1/,
    );
    const { config, warnings } = await readSatelliteFile(sample(url), reader);
    expect(config.proxy).toBe('http://u:p@proxy.internal:3128/');
    expect(config.proxyForAll).toBe(true);
    expect(config.integrations).toMatchObject([
      { id: 14, kind: 'harness', settings: { accountId: 'account', organizations: 'default', projects: 'default' } },
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^line \d+: jira is not used$/),
      expect.stringMatching(/^line \d+: integrations\[1\]: jira is not read/),
    ]);
  });

  it('names the older root', async () => {
    expect((await readSatelliteFile(yaml({ root_name: 'levelops' }), reader)).config.tenant).toBe('3f0f9c4e');
  });

  it.each([
    [
      'a proxy with a scheme',
      yaml({ root: '  proxy: { host: "http://proxy", port: 3128 }' }),
      'satellite.proxy.host: a host only: leave http:// out',
    ],
    ['no address of a hub', yaml({ url: 'plumbline' }), "'plumbline' is no address"],
    ['a hub in the clear', yaml({ url: 'http://plumbline.example.com/satellite/v1' }), 'only https:// is spoken'],
    ['a hub without the path', yaml({ url: 'https://plumbline.example.com' }), 'it ends with /satellite/v1'],
    [
      'the same twice',
      yaml({ entry: "  - { id: 14, application: sonarqube, url: 'https://s', api_key: x }" }),
      "id '14' stands there twice",
    ],
    ['no id', yaml({ entry: "  - { application: sonarqube, url: 'https://s', api_key: x }" }), 'integrations[1].id'],
    ['no YAML', 'satellite: [', 'The satellite’s file:'],
    [
      'a variable that is not set',
      yaml({ entry: "  - { id: 2, application: sonarqube, url: 'https://s', api_key: '${NOT_SET}' }" }),
      'integrations[1].api_key: the variable NOT_SET is not set',
    ],
    [
      'nothing to read',
      'satellite: { tenant: a, api_key: b, url: "https://h/satellite/v1" }',
      'integrations: required',
    ],
  ])('is refused with %s', async (_, text, words) => {
    expect(await fault(text)).toContain(words);
  });

  it('takes secrets from variables, from files, and encrypted', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'plumbline-file-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'token'), 'from-a-file\n');
    const sealed = await encryptValue('from-a-cipher', 'password');
    expect(sealed).not.toContain('from-a-cipher');
    const text = yaml({
      entry: `  - { id: 2, application: sonarqube, url: 'https://s', api_key: '\${env:TOKEN}' }
  - { id: 3, application: sonarqube, url: 'https://s', api_key_file: '${join(directory, 'token')}' }
  - { id: 4, application: sonarqube, url: 'https://s', api_key: '${sealed}' }`,
    });
    const environment = { TOKEN: 'from-a-variable', ENCRYPTION_PASSWORD: 'password' };
    const { config } = await readSatelliteFile(text, secretReader(environment));
    expect(config.integrations.slice(1).map(({ secrets }) => secrets['apiToken'])).toEqual([
      'from-a-variable',
      'from-a-file',
      'from-a-cipher',
    ]);
    expect(await fault(text, { ...environment, ENCRYPTION_PASSWORD: 'another' })).toContain('does not open');
    expect(await fault(text, { TOKEN: 'x' })).toContain('set ENCRYPTION_PASSWORD');
  });
});
