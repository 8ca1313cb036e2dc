export { attempt } from './attempt.ts';
export { type CatalogueEntry, catalogue, type ErrorCode } from './catalogue.ts';
export { type FieldFault, faultSentence, fieldFaults, knownPath } from './field-faults.ts';
export { type ErrorDetails, isPlumblineError, PlumblineError } from './plumbline-error.ts';
