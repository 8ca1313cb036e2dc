import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import { startProcess } from '../satellite/process.ts';
import type { Product } from '../support/product.ts';

export interface FarSystem {
  kind: string;
  settings: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, unknown>>;
}

/** Reads a system once more, through a satellite that is a process of its own; returns the id of that integration. */
export async function readThroughSatellite(product: Product, name: string, system: FarSystem): Promise<number> {
  const post = async <T>(path: string, body: object): Promise<T> => {
    const { status, text } = await product.api(path, { method: 'POST', body });
    if (status >= 300) throw new Error(text);
    return JSON.parse(text) as T;
  };
  const { kind, settings, secrets } = system;
  const body = { name, kind, settings, secrets: {}, place: 'satellite', syncIntervalSeconds: 86_400 };
  const { id } = (await post<{ integration: { id: number } }>('api/v1/integrations', body)).integration;
  const { yaml } = await post<{ yaml: string }>('api/v1/satellites/files', { integrationIds: [id] });
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-far-'));
  const file = join(directory, 'satellite.yml');
  await writeFile(file, withSecrets(yaml, kind, secrets).replaceAll(/^.*"<[A-Z_]+>"\n/gm, ''), { mode: 0o600 });
  const satellite = startProcess(['src/main.ts', 'satellite', 'run', '--config', file, '--state', directory]);
  try {
    while (!satellite.said().includes('registered') && satellite.running()) await delay(50);
    const checked = await post<{ integration: { checkedAt: string | null } }>(`api/v1/integrations/${id}/check`, {});
    expect(checked.integration.checkedAt, JSON.stringify(checked)).not.toBeNull();
    const { status, out, err } = await product.plumbline(['sync', name, '--wait']);
    expect({ status, said: status === 0 ? '' : out + err }).toEqual({ status: 0, said: '' });
    for (const secret of Object.values(secrets))
      if (typeof secret === 'string') expect(satellite.said()).not.toContain(secret);
  } finally {
    await satellite.end();
    await rm(directory, { recursive: true, force: true });
  }
  return id;
}
