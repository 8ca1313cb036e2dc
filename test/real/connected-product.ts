import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Proxy, type ProxyOptions, startProxy } from '../../lab/simulators/proxy.ts';
import type { Audit } from '../../src/features/ingestion/contract.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { cloneDatabase } from '../support/database.ts';
import { type CommandResult, type Product, startProduct } from '../support/product.ts';

export const administrator = {
  email: 'ada@example.com',
  password: `a long password ${randomBytes(9).toString('hex')}`,
};

/** The product on a database of its own, with a proxy between it and an outside system. */
export interface ConnectedProduct {
  product: Product;
  proxy: Proxy;
  db: Database;
  /** Writes a `plumbline.yaml` with one integration named `sonar-lab` and applies it. */
  apply(declared: Declared): Promise<CommandResult>;
  close(): Promise<void>;
}

export interface Declared {
  name?: string;
  /** Base URL; that of the proxy when left out. */
  url?: string;
  token: string;
  settings?: Readonly<Record<string, unknown>>;
}

export async function connectProduct(
  proxyOptions: ProxyOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<ConnectedProduct> {
  const clone = await cloneDatabase();
  const proxy = await startProxy(proxyOptions);
  const product = await startProduct({
    databaseUrl: clone.connectionString,
    env: { PLUMBLINE_ADMIN_EMAIL: administrator.email, PLUMBLINE_ADMIN_PASSWORD: administrator.password, ...env },
  });
  return {
    product,
    proxy,
    db: clone.db,
    apply: (declared) => apply(product, { url: proxy.url, ...declared }),
    async close() {
      await product.close();
      await proxy.close();
      await clone.drop();
    },
  };
}

async function apply(product: Product, declared: Declared): Promise<CommandResult> {
  const file = join(product.home, 'plumbline.yaml');
  const integration = {
    name: declared.name ?? 'sonar-lab',
    kind: 'sonarqube',
    settings: { url: declared.url, ...declared.settings },
    secrets: { apiToken: '${env:SONAR_TOKEN}' },
    // Runs happen when a test asks for them.
    syncIntervalSeconds: 86_400,
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ integrations: [integration] }));
  return product.plumbline(['apply', '-f', file], { SONAR_TOKEN: declared.token });
}

/** `sync --wait`, which must end well; returns what it printed. */
export async function syncWell(product: Product): Promise<string> {
  const { status, out, err } = await product.plumbline(['sync', 'sonar-lab', '--wait']);
  expect({ status, out, err: status === 0 ? '' : err }).toMatchObject({ status: 0, err: '' });
  expect(out).toMatch(/^run \d+ success /);
  return out;
}

export async function audit(product: Product): Promise<{ status: number; audit: Audit }> {
  const { status, out, err } = await product.plumbline(['audit', 'sonar-lab', '--json']);
  if (out === '') throw new Error(`the audit printed nothing (exit ${status}): ${err}`);
  return { status, audit: JSON.parse(out) as Audit };
}

/** Everything an audit that found a difference would show a person, in one line each. */
export function differencesOf(found: Audit): string[] {
  const scopes = found.scopes.filter((scope) => scope.differenceCount > 0 || scope.source !== scope.stored);
  return [
    ...(found.error === null ? [] : [`${found.error.code}: ${found.error.message}`]),
    ...scopes.map(
      (scope) =>
        `${scope.label} ${scope.stream}: source ${scope.source}, stored ${scope.stored} ${JSON.stringify(scope.differences.slice(0, 3))}`,
    ),
  ];
}
