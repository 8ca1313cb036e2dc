import { describe, expect, it } from 'vitest';
import { networkRoute } from './contract.ts';
import { connectors } from './index.ts';

/** Settings whose text may name a machine or say which machine is believed. */
const leadsSomewhere = /url|host|proxy|certificate|service|server|realm|endpoint|tls|insecure/i;

/** Addresses that are shown to people: nothing is ever sent there (`from-webhook.room.test` gives one that does not exist). */
const shownOnly: readonly string[] = ['publicUrl'];

describe.each(connectors.map((connector) => [connector.kind, connector] as const))('%s', (_kind, connector) => {
  it('declares every setting by which secrets travel', () => {
    const declared: string[] = [...connector.secretsTravelBy, ...networkRoute, ...shownOnly];
    const fields = connector.form.filter(({ kind, name }) => kind === 'url' || leadsSomewhere.test(name));
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.map(({ name }) => name).filter((name) => !declared.includes(name))).toEqual([]);
  });
});
