import { type Derivation, derivation } from '../../src/features/deployments/deployed/from-harness/derive.ts';

export const batch = 10;

/** As the rules after an upgrade may be: what failed counts as aborted, and all that was aborted goes elsewhere. */
export const newer: Derivation = {
  version: derivation.version + 1,
  of: (execution) =>
    derivation
      .of(execution)
      .map((one) =>
        one.status === 'failed'
          ? { ...one, status: 'aborted', place: { ...one.place, infrastructure: 'elsewhere' } }
          : one,
      ),
};
