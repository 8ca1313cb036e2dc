import { describe, expect, it } from 'vitest';
import { form } from '../../../src/connectors/harness/form.ts';
import {
  type Connector,
  fieldsOf,
  firstIncomplete,
  placeAfter,
  settlesPlace,
  type WizardState,
} from './wizard-state.ts';

const harness = { kind: 'harness', form } as unknown as Connector;
const state = (values: WizardState['values'], place: WizardState['place'] = 'hub'): WizardState => ({
  name: 'harness',
  tags: '',
  values,
  place,
});

describe('a choice among the settings', () => {
  it('left alone is its first, and nothing is missing', () => {
    expect(firstIncomplete(harness, state({ apiKey: 'sat.a.b.c', accountId: 'acc' }), [])).toBeNull();
    expect(firstIncomplete(harness, state({ accountId: 'acc' }), [])).toBe('connection');
  });

  it('makes required what it cannot do without', () => {
    const typed = { apiKey: 'sat.a.b.c', accountId: 'acc', accountType: 'on_prem' };
    expect(firstIncomplete(harness, state(typed), [])).toBe('connection');
    expect(firstIncomplete(harness, state({ ...typed, url: 'https://harness.example' }), [])).toBeNull();
    expect(fieldsOf(harness, state(typed)).find(({ name }) => name === 'url')?.required).toBe(true);
  });

  it('decides where it is read from when it is made, and the person after it', () => {
    expect(settlesPlace(harness)).toBe(true);
    const onPrem = { accountType: 'on_prem' };
    expect(placeAfter(harness, state({}), onPrem)).toBe('satellite');
    expect(placeAfter(harness, state(onPrem, 'hub'), { ...onPrem, accountId: 'acc' })).toBe('hub');
    expect(placeAfter(harness, state(onPrem, 'satellite'), { accountType: 'cloud' })).toBe('hub');
  });
});
