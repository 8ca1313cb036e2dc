import type { ConnectorList } from '../../../src/features/integrations/contract.ts';
import { type FormValues, fieldProblem } from './form-values.ts';
import type { WizardStep } from './search.ts';

export type Connector = ConnectorList['connectors'][number];

export interface WizardState {
  name: string;
  tags: string;
  values: FormValues;
}

/** The first step with something missing or wrong; null when it can be validated. */
export function firstIncomplete(connector: Connector, state: WizardState, taken: readonly string[]): WizardStep | null {
  if (nameProblem(state.name, taken) !== undefined) return 'name';
  for (const step of ['connection', 'scope'] as const) {
    const fields = connector.form.filter((field) => (field.step === 'connection') === (step === 'connection'));
    if (fields.some((field) => fieldProblem(field, state.values[field.name] ?? '') !== undefined)) return step;
  }
  return null;
}

export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'Give it a name that says which server it is, for example its host.';
  if (trimmed.length > 100) return 'At most 100 characters.';
  if (/^\d+$/.test(trimmed)) return 'Not only digits: a number is read as an id.';
  if (taken.includes(trimmed)) return 'Another integration has this name.';
  return undefined;
}
