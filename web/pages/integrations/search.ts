import { oneOf, text } from '../../address/search.ts';

export const integrationsSearch = (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: text(raw['q']) });

export const availableSearch = integrationsSearch;

export const wizardSteps = ['name', 'connection', 'scope', 'validate'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** Only the step: what was typed may be a secret and stays out of the address. */
export const wizardSearch = (raw: Record<string, unknown>): { step?: WizardStep | undefined } => ({
  step: oneOf(raw['step'], wizardSteps),
});
