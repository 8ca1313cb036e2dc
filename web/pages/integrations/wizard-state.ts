import type { ConnectorList } from '../../../src/features/integrations/contract.ts';
import { type FormValues, fieldProblem } from './form-values.ts';
import type { WizardStep } from './search.ts';

export type Connector = ConnectorList['connectors'][number];

export interface WizardState {
  name: string;
  tags: string;
  values: FormValues;
  /** Where it is read from. */
  place: 'hub' | 'satellite';
}

/** The first step with something missing or wrong; null when it can be validated. */
export function firstIncomplete(connector: Connector, state: WizardState, taken: readonly string[]): WizardStep | null {
  if (nameProblem(state.name, taken) !== undefined) return 'name';
  for (const step of ['connection', 'scope'] as const) {
    const fields = fieldsOf(connector, state.place).filter(
      (field) => (field.step === 'connection') === (step === 'connection'),
    );
    if (fields.some((field) => fieldProblem(field, state.values[field.name] ?? '') !== undefined)) return step;
  }
  return null;
}

/** Of what a satellite reads no secret is needed here: it can be put into the file. */
export const fieldsOf = ({ form }: Connector, place: WizardState['place']): Connector['form'] =>
  place === 'hub'
    ? form
    : form.map((field) => (field.kind === 'secret' ? { ...field, required: false, help: keptHere } : field));

const keptHere =
  'Written into the file by this browser, and never sent to the hub. May be left empty and put into the file later.';

export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'Give it a name that says which server it is, for example its host.';
  if (trimmed.length > 100) return 'At most 100 characters.';
  if (/^\d+$/.test(trimmed)) return 'Not only digits: a number is read as an id.';
  if (taken.includes(trimmed)) return 'Another integration has this name.';
  return undefined;
}
