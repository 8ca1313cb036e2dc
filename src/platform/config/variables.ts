import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** A fact of the machine's outside that is set before the start. The description is the documentation. */
export interface Variable<T> {
  name: string;
  schema: z.ZodType<T, string>;
  /** In words, where nothing is set. */
  standard: string;
  example: string;
  description: string;
  /** Its value is never shown. */
  secret: boolean;
}

type Details = Omit<Variable<unknown>, 'name' | 'schema' | 'secret'> & { secret?: boolean };

function variable<T>(name: string, schema: z.ZodType<T, string>, details: Details): Variable<T> {
  return { name, schema, secret: false, ...details };
}

const text = z.string();

const port = text
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535');

const host = text.refine(
  (value) => isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value),
  'must be an IP address or a host name of this machine, without port',
);

const publicUrl = text.transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const fine = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (fine && url.search === '' && url.hash === '') return url;
  context.addIssue(
    'must be an http or https address without user, query and fragment, e.g. https://plumbline.example/x',
  );
  return z.NEVER;
});

const postgresUrl = text.transform((value, context) => {
  if (/^postgres(ql)?:\/\/./.test(value) && URL.canParse(value)) return value;
  context.addIssue('must be a postgres:// address, e.g. postgres://user:password@host:5432/plumbline');
  return z.NEVER;
});

const flag = text.transform((value, context) => {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  context.addIssue('must be 1 or 0');
  return z.NEVER;
});

const networks = text.transform((value, context) => {
  const entries = value.split(/[\s,]+/).filter((entry) => entry !== '');
  for (const entry of entries.filter((candidate) => !isNetwork(candidate))) {
    context.addIssue(`must be addresses or networks like 10.0.0.0/8, separated by commas; “${entry}” is neither`);
  }
  return entries;
});

function isNetwork(entry: string): boolean {
  return entry.includes('/') ? ipaddr.isValidCIDR(entry) : isIP(entry) !== 0;
}

const masterKey = text.refine(
  (value) => value.split(',').every((key) => Buffer.from(key.trim(), 'base64').length === 32),
  'must be base64 of 32 random bytes, e.g. from: openssl rand -base64 32; several with commas, oldest first',
);

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** All settings that come from the environment, in the order the documentation lists them. */
export const variables = {
  host: variable('PLUMBLINE_HOST', host, {
    standard: '127.0.0.1',
    example: '0.0.0.0',
    description: 'Address the hub listens on. 127.0.0.1 is this machine only, 0.0.0.0 or :: every network.',
  }),
  port: variable('PLUMBLINE_PORT', port, {
    standard: '8420',
    example: '8443',
    description: 'Port the hub listens on; 0 takes a free one. `plumbline up --port` goes before it.',
  }),
  healthPort: variable('PLUMBLINE_HEALTH_PORT', port, {
    standard: '8421, or a free one while that is taken',
    example: '9421',
    description:
      'Port on which a process with role `worker` answers /livez, /readyz and /metrics; 0 takes a free one. `plumbline up --role worker --port` goes before it.',
  }),
  publicUrl: variable('PLUMBLINE_PUBLIC_URL', publicUrl, {
    standard: 'the address listened on',
    example: 'https://plumbline.example.com',
    description:
      'How browsers, SonarQube, Bitbucket and satellites reach the hub; a path prefix is allowed. Used in every webhook, set-up link and sign-in redirect, and the only host name requests are accepted for beside loopback.',
  }),
  tlsCert: variable('PLUMBLINE_TLS_CERT', text, {
    standard: 'plain HTTP',
    example: '/etc/plumbline/tls.crt',
    description: 'File with the hub’s certificate and its intermediates (PEM). Needs PLUMBLINE_TLS_KEY.',
  }),
  tlsKey: variable('PLUMBLINE_TLS_KEY', text, {
    standard: 'plain HTTP',
    example: '/etc/plumbline/tls.key',
    description: 'File with the private key of PLUMBLINE_TLS_CERT (PEM, without password).',
  }),
  trustedProxies: variable('PLUMBLINE_TRUSTED_PROXIES', networks, {
    standard: 'none',
    example: '10.0.0.0/8',
    description: 'Addresses or networks of reverse proxies whose X-Forwarded headers are believed.',
  }),
  insecureHttp: variable('PLUMBLINE_INSECURE_HTTP', flag, {
    standard: '0',
    example: '1',
    description:
      'Lets people sign in over plain HTTP from other machines. Passwords and sessions can then be read on the way; every page says so.',
  }),
  stateDirectory: variable('PLUMBLINE_HOME', text, {
    standard: '$XDG_STATE_HOME/plumbline, else ~/.local/state/plumbline; as root /var/lib/plumbline',
    example: '/srv/plumbline',
    description:
      'Directory of everything to keep: embedded database, keys, local token. Copy it as a whole, and only while the hub is stopped; a copy is recognised (docs/moving.md).',
  }),
  cacheDirectory: variable('PLUMBLINE_CACHE', text, {
    standard: '$XDG_CACHE_HOME/plumbline, else ~/.cache/plumbline; as root /var/cache/plumbline',
    example: '/var/tmp/plumbline',
    description: 'Directory of downloads that can be fetched again (the lab’s servers).',
  }),
  databaseUrl: variable('DATABASE_URL', postgresUrl, {
    standard: 'the embedded PostgreSQL',
    example: 'postgres://plumbline:password@db.example.com:5432/plumbline',
    description: 'PostgreSQL 15 or newer to use instead of the embedded one. Recommended in production.',
    secret: true,
  }),
  readDatabaseUrl: variable('PLUMBLINE_READ_DATABASE_URL', postgresUrl, {
    standard: 'DATABASE_URL',
    example: 'postgres://plumbline:password@replica.example.com:5432/plumbline',
    description:
      'A streaming replica for dashboards, lists and SQL. Needs DATABASE_URL. While it does not answer, or is more than five minutes behind, the primary answers.',
    secret: true,
  }),
  masterKey: variable('PLUMBLINE_MASTER_KEY', masterKey, {
    standard: 'a key file in the state directory',
    example: '(32 random bytes in base64)',
    description:
      'Key that protects stored credentials, for installations that keep it in a secret manager. While it is rotated: the old one, a comma, the new one.',
    secret: true,
  }),
  outboundAllow: variable('PLUMBLINE_OUTBOUND_ALLOW', networks, {
    standard: 'none',
    example: '10.20.0.0/16,192.168.1.5',
    description:
      'Addresses or networks that outside systems may name (redirects, links, token realms) although they are not public. The host of an integration itself needs no entry, unless it is on loopback while the hub listens on other addresses.',
  }),
  outboundDeny: variable('PLUMBLINE_OUTBOUND_DENY', networks, {
    standard: 'none',
    example: '10.99.0.0/16',
    description: 'Addresses or networks the hub never calls; goes before PLUMBLINE_OUTBOUND_ALLOW.',
  }),
  adminEmail: variable('PLUMBLINE_ADMIN_EMAIL', z.email('must be an e-mail address') as z.ZodType<string, string>, {
    standard: 'the set-up page asks',
    example: 'ada@example.com',
    description: 'Makes the first administrator at the start, without the set-up page. Needs PLUMBLINE_ADMIN_PASSWORD.',
  }),
  adminPassword: variable('PLUMBLINE_ADMIN_PASSWORD', text, {
    standard: 'the set-up page asks',
    example: '(a long password)',
    description: 'Password of PLUMBLINE_ADMIN_EMAIL. Read only while there is no administrator; remove it afterwards.',
    secret: true,
  }),
  logLevel: variable(
    'PLUMBLINE_LOG_LEVEL',
    z.enum(levels, `must be one of ${levels.join(', ')}`) as z.ZodType<LogLevel, string>,
    {
      standard: 'info',
      example: 'debug',
      description: 'Least serious log lines that are written: debug, info, warn, error or silent.',
    },
  ),
} as const;

export type LogLevel = (typeof levels)[number];

/** Read by the command line and by tests: no reason for a warning. */
export function isOther(name: string): boolean {
  return name === 'PLUMBLINE_URL' || name === 'PLUMBLINE_TOKEN' || name.startsWith('PLUMBLINE_TEST_');
}
