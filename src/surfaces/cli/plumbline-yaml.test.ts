import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlumblineYaml } from './plumbline-yaml.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-yaml-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const read = async (text: string, environment: Record<string, string> = {}) => {
  const path = join(directory, 'plumbline.yaml');
  await writeFile(path, text);
  return readPlumblineYaml(path, { environment, stateDirectory: directory });
};

describe('plumbline.yaml', () => {
  it('resolves secrets from the environment and from files of the state directory', async () => {
    await writeFile(join(directory, 'browse.token'), 'squ_file\n');
    const yaml = await read(
      'integrations:\n' +
        '  - { name: a, kind: sonarqube, settings: { url: "http://a", projectKeys: [x] }, secrets: { apiToken: "${env:SONAR_TOKEN}" } }\n' +
        '  - { name: b, kind: sonarqube, settings: { url: "${env:SONAR_URL}" }, secrets: { apiToken: "${file:browse.token}" } }\n',
      { SONAR_TOKEN: 'squ_env', SONAR_URL: 'http://b' },
    );
    expect(yaml['integrations']).toMatchObject([
      { name: 'a', settings: { url: 'http://a', projectKeys: ['x'] }, secrets: { apiToken: 'squ_env' } },
      { name: 'b', settings: { url: 'http://b' }, secrets: { apiToken: 'squ_file' } },
    ]);
  });

  it('reports every problem at once and never repeats a secret', async () => {
    const failure = read(
      'integrations:\n' +
        '  - { name: a, kind: sonarqube, secrets: { apiToken: "squ_plain" } }\n' +
        '  - { name: b, kind: sonarqube, secrets: { apiToken: "${env:MISSING}" } }\n' +
        '  - { name: c, kind: sonarqube, secrets: { apiToken: "${file:missing.token}" } }\n',
    );
    await expect(failure).rejects.toMatchObject({ code: 'config_invalid' });
    const message = await failure.catch((error: Error) => error.message);
    expect(message).toContain('integrations.a.secrets.apiToken: a secret must be a reference');
    expect(message).toContain('integrations.b.secrets.apiToken: the environment variable MISSING is not set');
    expect(message).toContain('integrations.c.secrets.apiToken');
    expect(message).not.toContain('squ_plain');
  });

  it('refuses what it does not know and what is not YAML', async () => {
    await expect(read('integration: []')).rejects.toMatchObject({ code: 'config_invalid' });
    await expect(read('integrations: [')).rejects.toMatchObject({ code: 'config_invalid' });
    await expect(
      readPlumblineYaml(join(directory, 'none.yaml'), { environment: {}, stateDirectory: directory }),
    ).rejects.toThrow('ENOENT');
  });

  it('refuses a name that is there twice', async () => {
    const twice = '{ name: a, kind: sonarqube }';
    const failure = read(`integrations: [${twice}, { name: b, kind: sonarqube }, ${twice}]`);
    await expect(failure).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('“a” is there twice'),
    });
  });

  it.each(['', '\n\n', '# integrations:\n', '{}', '---\n'])('refuses a file that says nothing: %j', async (text) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('is empty'),
    });
  });

  it('takes an integration that a satellite reads, without secrets and without a webhook of the hub’s', async () => {
    const far = (more: string) => read(`integrations: [{ name: a, kind: sonarqube, place: satellite${more} }]`);
    expect((await far(''))['integrations']).toMatchObject([{ name: 'a', place: 'satellite' }]);
    for (const [more, words] of [
      [', secrets: { apiToken: "${env:TOKEN}" }', 'its secrets stand in satellite.yml alone'],
      [', webhook: { state: present }', 'webhook'],
      ['-x', 'place'],
    ] as const)
      await expect(far(more)).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(words),
      });
  });

  it('takes a list of none for what it says', async () => {
    expect((await read('integrations: []')).integrations).toEqual([]);
  });
});
