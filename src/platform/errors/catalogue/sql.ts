import type { CatalogueEntry } from './entry.ts';

/** Codes of SQL for people. */
export const sqlErrors = {} as const satisfies Record<string, CatalogueEntry>;
