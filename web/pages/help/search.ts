import { text } from '../../address/search.ts';

/** `q`: what is looked for in the documentation. */
export const helpSearch = (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: text(raw['q']) });
