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
    const fields = fieldsOf(connector, state).filter(
      (field) => (field.step === 'connection') === (step === 'connection'),
    );
    if (fields.some((field) => fieldProblem(field, state.values[field.name] ?? '') !== undefined)) return step;
  }
  return null;
}

/** Whether a choice among its settings tells where it is read from, so that the person is asked for both in one place. */
export const settlesPlace = ({ form }: Connector): boolean =>
  form.some(({ options }) => options?.some(({ place }) => place !== undefined) === true);

/** Where it is read from after other values were entered: a newly chosen option decides, until the person says otherwise. */
export function placeAfter(
  connector: Connector,
  { values, place }: WizardState,
  entered: FormValues,
): 'hub' | 'satellite' {
  for (const { name, options } of connector.form) {
    const chosen = options?.find(({ value }) => value === entered[name]);
    if (chosen?.place !== undefined && values[name] !== entered[name]) return chosen.place;
  }
  return place;
}

/** Of what a satellite reads no secret is needed here: it can be put into the file. */
export function fieldsOf({ form }: Connector, { values, place }: WizardState): Connector['form'] {
  const required = new Set(
    form.flatMap(({ name, options }) => options?.find(({ value }) => value === values[name])?.requires ?? []),
  );
  return form.map((field) => {
    if (place === 'satellite' && field.kind === 'secret') return { ...field, required: false, help: keptHere };
    return required.has(field.name) ? { ...field, required: true } : field;
  });
}

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
