import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../../../lab/simulators/certificate.ts';
import { isPlumblineError } from '../errors/index.ts';
import { describeConfig, listensOnLoopback, loadConfig, prepareStateDirectory, publicUrlOf } from './index.ts';

const load = (env: Record<string, string>, options = {}) =>
  loadConfig({ env: { HOME: '/home/ada', ...env }, uid: 1000, options });

function problemsOf(env: Record<string, string>): string[] {
  try {
    load(env);
  } catch (error) {
    if (isPlumblineError(error, 'config_invalid')) return error.data['problems'] as string[];
    throw error;
  }
  return [];
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'plumbline-config-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe('loadConfig', () => {
  it('needs nothing', () => {
    const config = load({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8420,
      publicUrl: undefined,
      stateDirectory: '/home/ada/.local/state/plumbline',
      logLevel: 'info',
      insecureHttp: false,
      outboundAllow: [],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads every setting', () => {
    const config = load({
      PLUMBLINE_HOST: '0.0.0.0',
      PLUMBLINE_PORT: '9000',
      PLUMBLINE_PUBLIC_URL: 'https://plumb.example/line',
      PLUMBLINE_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16',
      PLUMBLINE_INSECURE_HTTP: 'true',
      PLUMBLINE_HOME: '/srv/p',
      DATABASE_URL: 'postgres://u:p@h/d',
      PLUMBLINE_READ_DATABASE_URL: 'postgresql://u:p@r/d',
      PLUMBLINE_OUTBOUND_ALLOW: '10.0.0.0/8 fd00::/8',
      PLUMBLINE_ADMIN_EMAIL: 'ada@example.com',
      PLUMBLINE_ADMIN_PASSWORD: ' with spaces ',
      PLUMBLINE_LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 9000,
      trustedProxies: ['10.0.0.1', '10.1.0.0/16'],
      insecureHttp: true,
      stateDirectory: '/srv/p',
      outboundAllow: ['10.0.0.0/8', 'fd00::/8'],
      firstAdministrator: { email: 'ada@example.com', password: ' with spaces ' },
      logLevel: 'debug',
    });
    expect(config.publicUrl?.href).toBe('https://plumb.example/line');
  });

  it('takes an empty variable as not set, and an option before the variable', () => {
    expect(load({ PLUMBLINE_PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 8420, databaseUrl: undefined });
    expect(load({ PLUMBLINE_PORT: '1' }, { port: '2' }).port).toBe(2);
  });

  it('names every problem at once, without a secret', () => {
    const problems = problemsOf({
      PLUMBLINE_PORT: '70000',
      PLUMBLINE_HOST: 'http://x',
      PLUMBLINE_PUBLIC_URL: 'plumbline.example',
      PLUMBLINE_TLS_CERT: '/cert',
      PLUMBLINE_TRUSTED_PROXIES: '10.0.0.0/99',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      PLUMBLINE_MASTER_KEY: 'c2VjcmV0LWtleQ==',
      PLUMBLINE_ADMIN_EMAIL: 'ada',
      PLUMBLINE_LOG_LEVEL: 'loud',
      PLUMBLINE_INSECURE_HTTP: 'maybe',
    });
    expect(problems).toEqual([
      'PLUMBLINE_TLS_CERT is set without PLUMBLINE_TLS_KEY.',
      'PLUMBLINE_ADMIN_EMAIL must be an e-mail address, not “ada”.',
      'PLUMBLINE_ADMIN_EMAIL is set without PLUMBLINE_ADMIN_PASSWORD.',
      'PLUMBLINE_HOST must be an IP address or a host name of this machine, without port, not “http://x”.',
      'PLUMBLINE_PORT must be a port number from 0 to 65535, not “70000”.',
      'PLUMBLINE_PUBLIC_URL must be an http or https address without user, query and fragment, e.g. https://plumbline.example/x, not “plumbline.example”.',
      'PLUMBLINE_TRUSTED_PROXIES must be addresses or networks like 10.0.0.0/8, separated by commas; “10.0.0.0/99” is neither.',
      'PLUMBLINE_INSECURE_HTTP must be 1 or 0, not “maybe”.',
      'DATABASE_URL must be a postgres:// address, e.g. postgres://user:password@host:5432/plumbline.',
      'PLUMBLINE_MASTER_KEY must be base64 of 32 random bytes, e.g. from: openssl rand -base64 32; several with commas, oldest first.',
      'PLUMBLINE_LOG_LEVEL must be one of debug, info, warn, error, silent, not “loud”.',
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|c2VjcmV0/);
  });

  it('wants what belongs together together', () => {
    expect(problemsOf({ PLUMBLINE_READ_DATABASE_URL: 'postgres://h/d' })).toHaveLength(1);
    expect(problemsOf({ PLUMBLINE_ADMIN_PASSWORD: 'x' })).toEqual([
      'PLUMBLINE_ADMIN_PASSWORD is set without PLUMBLINE_ADMIN_EMAIL.',
    ]);
    expect(problemsOf({ PLUMBLINE_TLS_KEY: '/k' })).toHaveLength(1);
  });

  it('reads a certificate with its key, and says when they do not fit', async () => {
    const directory = temporaryDirectory();
    const file = (name: string, content: string): string => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    const own = await makeCertificate({ name: 'own' });
    const PLUMBLINE_TLS_CERT = file('cert', own.cert);
    const good = { PLUMBLINE_TLS_CERT, PLUMBLINE_TLS_KEY: file('key', own.key) };
    expect(load(good).tls).toEqual({ cert: own.cert, key: own.key });
    const { key } = await makeCertificate({ name: 'other' });
    const other = { PLUMBLINE_TLS_CERT, PLUMBLINE_TLS_KEY: file('other', key) };
    expect(problemsOf(other)[0]).toContain('do not work together');
    expect(problemsOf({ PLUMBLINE_TLS_CERT, PLUMBLINE_TLS_KEY: '/nowhere' })).toEqual([
      'PLUMBLINE_TLS_KEY: the file /nowhere cannot be read (ENOENT).',
    ]);
  });

  it('points at variables that look like ours', () => {
    const env = { PLUMBLINE_PROT: '1', PLUMBLINE_URL: 'x', PLUMBLINE_TOKEN: 'x' };
    expect(load(env).unknownVariables).toEqual(['PLUMBLINE_PROT']);
  });
});

it('publicUrlOf gives an address a browser on this machine can open', () => {
  const of = (env: Record<string, string>): string => publicUrlOf(load(env), 8420).href;
  expect(of({})).toBe('http://127.0.0.1:8420/');
  expect(of({ PLUMBLINE_HOST: '0.0.0.0' })).toBe('http://127.0.0.1:8420/');
  expect(of({ PLUMBLINE_HOST: '::1' })).toBe('http://[::1]:8420/');
  expect(of({ PLUMBLINE_PUBLIC_URL: 'https://p.example' })).toBe('https://p.example/');
});

it('listensOnLoopback', () => {
  expect(['127.0.0.1', '::1', 'localhost', '127.5.5.5'].every(listensOnLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', 'example.com'].some(listensOnLoopback)).toBe(false);
});

it('every variable is documented', () => {
  for (const { name, description, standard, example } of describeConfig()) {
    expect(name).toMatch(/^(PLUMBLINE_[A-Z_]+|DATABASE_URL)$/);
    expect(description).toMatch(/^[A-Z].{20,}\.$/);
    expect(standard).not.toBe('');
    expect(example).not.toBe('');
  }
});

describe('prepareStateDirectory', () => {
  it('makes it, and closes one that was open', async () => {
    const directory = join(temporaryDirectory(), 'a', 'b');
    await prepareStateDirectory(directory);
    await prepareStateDirectory(directory);
    expect(statSync(directory).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
  });

  it('says when it cannot be used', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expect(prepareStateDirectory(join(file, 'state'))).rejects.toMatchObject({ code: 'config_invalid' });
  });
});
