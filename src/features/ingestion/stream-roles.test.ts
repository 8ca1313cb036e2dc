import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { streamRoles } from './stream-roles.ts';

describe('what the streams of a connector are for', () => {
  it('is what the connector declares, and nothing where it declares nothing', () => {
    const stream = { title: 'Things', phase: 'current', record: {} as never, key: () => '' } as const;
    const streams = [
      { ...stream, name: 'shelves', phase: 'discovery' },
      { ...stream, name: 'things', headline: true, completeness: 'essential' },
      { ...stream, name: 'warnings', headline: true, completeness: 'shown' },
      { ...stream, name: 'details', completeness: 'shown' },
      { ...stream, name: 'words' },
    ] as const;
    expect(streamRoles({ streams })).toEqual({
      headline: new Set(['things', 'warnings']),
      essential: new Set(['things']),
      needed: new Set(['things', 'warnings']),
      shown: new Set(['things', 'warnings', 'details']),
      listed: 'shelves',
      besideTotals: null,
    });
    expect(streamRoles({ streams, besideTotals: 'beside:' }).besideTotals).toBe('beside:');
    expect(streamRoles({ streams: [] }).listed).toBeNull();
  });

  it.each(connectors.map((connector) => [connector.kind, connector] as const))(
    'of %s: something is essential, and what is counted is shown',
    (_, connector) => {
      const { headline, essential, shown } = streamRoles(connector);
      expect(essential.size).toBeGreaterThan(0);
      expect([...headline].filter((name) => !shown.has(name))).toEqual([]);
    },
  );
});
