import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dockerConfigPath, readDockerCredentials } from './docker-config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-docker-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const basic = (text: string): string => Buffer.from(text).toString('base64');
const file = async (config: unknown): Promise<string> => {
  const path = join(folder, 'config.json');
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return path;
};
const helper = async (name: string, script: string): Promise<void> => {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
};
const optional = { required: false };

describe('credentials of a docker configuration', () => {
  it('are those of the registries that are named, whatever form their key has', async () => {
    const path = await file({
      auths: {
        'registry.example.com:5000': { auth: basic('ci:pass:word') },
        'https://index.docker.io/v1/': { auth: basic('hub:secret') },
        'https://other.example.com/v2/': { identitytoken: 'refresh' },
        'unused.example.com': { auth: basic('a:b') },
      },
    });
    const images = [
      'registry.example.com:5000/team/checkout:1',
      'nginx',
      'other.example.com/x',
      'unknown.example.com/y',
    ];
    expect(await readDockerCredentials(path, images, optional)).toEqual([
      { registry: 'registry.example.com:5000', username: 'ci', password: 'pass:word' },
      { registry: 'docker.io', username: 'hub', password: 'secret' },
      { registry: 'other.example.com', identityToken: 'refresh' },
    ]);
  });

  it('come from the registry’s own helper, which gets the address over its standard input', async () => {
    await helper(
      'vault',
      `read key; echo "{\\"ServerURL\\":\\"$key\\",\\"Username\\":\\"for-$key\\",\\"Secret\\":\\"s3cret\\"}"`,
    );
    const path = await file({ credHelpers: { 'registry.example.com': 'vault' } });
    expect(await readDockerCredentials(path, ['registry.example.com/a'], optional)).toEqual([
      { registry: 'registry.example.com', username: 'for-registry.example.com', password: 's3cret' },
    ]);
  });

  it('fall back to the file where the store for all knows nothing', async () => {
    await helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    const path = await file({ credsStore: 'empty', auths: { 'registry.example.com': { auth: basic('ci:pw') } } });
    expect(await readDockerCredentials(path, ['registry.example.com/a'], optional)).toEqual([
      { registry: 'registry.example.com', username: 'ci', password: 'pw' },
    ]);
  });

  it('are a token where the helper says so', async () => {
    await helper('tokens', `echo '{"Username":"<token>","Secret":"refresh"}'`);
    const path = await file({ credsStore: 'tokens' });
    expect(await readDockerCredentials(path, ['registry.example.com/a'], optional)).toEqual([
      { registry: 'registry.example.com', identityToken: 'refresh' },
    ]);
  });

  it('are none without a file; a named file must be there', async () => {
    const path = join(folder, 'nowhere.json');
    expect(await readDockerCredentials(path, ['nginx'], optional)).toEqual([]);
    await expect(readDockerCredentials(path, ['nginx'], { required: true })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });

  it.each([
    ['a broken file', '{"auths": {"registry.example.com": {"auth": "c2VjcmV0', 'is not a docker configuration'],
    [
      'a helper that is a path',
      { credHelpers: { 'registry.example.com': '../../bin/sh' } },
      'is no name of a credential helper',
    ],
    ['a helper that is not installed', { credsStore: 'not-there-at-all' }, 'is not installed'],
  ])('%s is refused without repeating what is in it', async (_, config, words) => {
    const failure = await readDockerCredentials(await file(config), ['registry.example.com/a'], optional).catch(
      (error: Error) => error,
    );
    const { message } = failure as Error;
    expect(message).toContain(words);
    expect(message).not.toContain('c2VjcmV0');
  });

  it.each([
    ['that may not be run', 'locked', '', 0o644, 'may not run it (EACCES)'],
    ['that fails', 'broken', 'echo "s3cret: cannot open the keychain" >&2; exit 3', 0o755, 'failed (exit code 3)'],
    ['that is killed', 'killed', 'kill -9 $$', 0o755, 'failed'],
    ['that answers something else', 'chatty', 'echo "welcome, s3cret"', 0o755, 'did not answer as one'],
  ])('a helper %s is said, and nobody is asked without it', async (_, name, script, mode, words) => {
    await helper(name, script);
    await chmod(join(folder, `docker-credential-${name}`), mode);
    const path = await file({ credsStore: name, auths: { 'registry.example.com': { auth: basic('ci:pw') } } });
    const asked = readDockerCredentials(path, ['registry.example.com/a'], optional);
    await expect(asked).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(words) });
    await expect(asked).rejects.not.toThrow(/s3cret/);
  });

  it('are where DOCKER_CONFIG says', () => {
    expect(dockerConfigPath({ DOCKER_CONFIG: '/ci/docker' })).toBe('/ci/docker/config.json');
    expect(dockerConfigPath({})).toMatch(/\.docker\/config\.json$/);
  });
});
