import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import type { Connector } from '../../connectors/contract.ts';
import type { ConfiguredIntegration } from './file.ts';
import { readSatelliteFile } from './file.ts';
import { differingSettings, settingsHere } from './integrations.ts';
import { secretReader } from './references.ts';

const connectorOf = (kind: string): Connector => connectors.find((one) => one.kind === kind) as Connector;

async function entry(lines: string): Promise<ConfiguredIntegration> {
  const root = 'satellite: { tenant: a, api_key: b, url: "https://hub.example/satellite/v1" }';
  const { config, warnings } = await readSatelliteFile(`${root}\nintegrations:\n${lines}`, secretReader({}));
  expect(warnings).toEqual([]);
  return config.integrations[0] as ConfiguredIntegration;
}

describe('settings as they count in a satellite', () => {
  it('are the file’s where it says something, and the hub’s where it is silent', async () => {
    const sonarqube = connectorOf('sonarqube');
    const own = await entry(
      "  - { id: 1, application: sonarqube, url: 'https://sonar.internal/', api_key: x, metadata: { project_keys: 'shop, till', organization: '' } }",
    );
    const hub = { url: 'https://sonar.internal', projectKeys: ['shop'] };
    const here = settingsHere(sonarqube, own, hub);
    expect(here).toMatchObject({ projectKeys: ['shop', 'till'] });
    expect(differingSettings(sonarqube, own, hub, here)).toEqual(['projectKeys']);
    const same = { ...hub, projectKeys: ['shop', 'till'] };
    expect(differingSettings(sonarqube, own, same, settingsHere(sonarqube, own, same))).toEqual([]);
    const moved = { ...same, url: 'https://elsewhere.internal' };
    expect(differingSettings(sonarqube, own, moved, settingsHere(sonarqube, own, moved))).toEqual(['url']);
  });

  it('let a registry’s token service be the file’s to name, never the hub’s', async () => {
    const registry = connectorOf('oci-registry');
    const lines =
      "  - { id: 1, application: oci_registry, url: 'https://registry.internal', username: u, password: p, metadata: { token_service: auth.internal } }";
    const own = await entry(lines);
    const hub = { url: 'https://registry.internal', tokenService: 'thief.example' };
    expect(settingsHere(registry, own, hub)).toMatchObject({ tokenService: 'auth.internal' });
    const silent = await entry(lines.replace('auth.internal', "''"));
    expect(settingsHere(registry, silent, hub)).toMatchObject({ tokenService: '' });
  });
});
