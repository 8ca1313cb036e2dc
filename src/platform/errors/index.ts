export { attempt } from './attempt.ts';
export { type CatalogueEntry, catalogue, type ErrorCode } from './catalogue.ts';
export { type ErrorDetails, isPlumblineError, PlumblineError } from './plumbline-error.ts';
