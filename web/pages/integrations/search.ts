import { oneOf, positive, text } from '../../address/search.ts';

export const availableSearch = (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: text(raw['q']) });

/** `added`: the integration that was just made. */
export const integrationsSearch = (
  raw: Record<string, unknown>,
): { q?: string | undefined; added?: number | undefined } => ({
  ...availableSearch(raw),
  added: positive(raw['added']),
});

export const wizardSteps = ['name', 'connection', 'scope', 'validate'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** Only the step: what was typed may be a secret and stays out of the address. */
export const wizardSearch = (raw: Record<string, unknown>): { step?: WizardStep | undefined } => ({
  step: oneOf(raw['step'], wizardSteps),
});
