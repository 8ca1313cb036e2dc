import { readField } from './header-fields.ts';

/** What a registry asks for in `WWW-Authenticate`. */
export interface Challenge {
  scheme: 'basic' | 'bearer' | 'other';
  /** `realm`, `service`, `scope`, `error`. */
  parameters: Readonly<Record<string, string>>;
}

/**
 * Every challenge of a `WWW-Authenticate` field, however many lines it came in. A word without `=` begins the next one
 * (RFC 9110, 11.6.1); what follows something unreadable is left out.
 */
export function parseChallenges(header: string | undefined): Challenge[] {
  const field = readField(header ?? '');
  const found: { scheme: Challenge['scheme']; parameters: Record<string, string> }[] = [];
  for (field.skip(','); !field.atEnd(); field.skip(',')) {
    const word = field.token();
    if (word === '') break;
    field.skip();
    const current = found.at(-1);
    if (current !== undefined && field.take('=')) {
      field.skip();
      const value = field.value(',');
      current.parameters[word.toLowerCase()] ??= value;
      continue;
    }
    found.push({ scheme: schemeOf(word), parameters: {} });
    field.token68();
  }
  return found;
}

function schemeOf(word: string): Challenge['scheme'] {
  const scheme = word.toLowerCase();
  return scheme === 'basic' || scheme === 'bearer' ? scheme : 'other';
}

/** The token was good and lacks a right: another one of the same account would lack it too. */
export function lacksRights(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ parameters }) => parameters['error'] === 'insufficient_scope');
}
