/** Somebody an account can be of. */
export interface Candidate {
  id: number;
  name: string;
  email: string;
}

export interface Proposal {
  person: Candidate;
  reason: 'email' | 'login' | 'name';
}

/**
 * Whose an account most likely is: by its e-mail, by the beginning of an e-mail that only one person has, by a name that only
 * one person has. Two who fit alike are no proposal: a guess between them would be believed.
 */
export function createMatcher(
  people: readonly Candidate[],
): (value: string, display: string | null) => Proposal | null {
  const byEmail = new Map(people.map((person) => [person.email.toLowerCase(), person]));
  const byLogin = onlyOnes(people, ({ email }) => email.split('@')[0]?.toLowerCase() ?? '');
  const byName = onlyOnes(people, ({ name }) => plain(name));
  return (value, display) => {
    const found = byEmail.get(value.toLowerCase());
    if (found !== undefined) return { person: found, reason: 'email' };
    // Another e-mail is of somebody else, or of another mailbox: its beginning proves nothing.
    const login = value.includes('@') ? undefined : byLogin.get(value.toLowerCase());
    if (login != null) return { person: login, reason: 'login' };
    const named = [display ?? '', value.split('@')[0] ?? '']
      .map((text) => byName.get(plain(text)))
      .find((one) => one != null);
    return named === undefined || named === null ? null : { person: named, reason: 'name' };
  };
}

/** Letters and digits alone; `Ada.Lovelace` and `Lovelace, Ada` are the same name. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ');

function onlyOnes(people: readonly Candidate[], keyOf: (person: Candidate) => string): Map<string, Candidate | null> {
  const found = new Map<string, Candidate | null>();
  for (const person of people) {
    const key = keyOf(person);
    if (key !== '') found.set(key, found.has(key) ? null : person);
  }
  return found;
}
