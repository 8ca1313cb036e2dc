import type { Difference, Link, Missing, Station, TraceAnswer } from '../contract.ts';

/** One thing that is said, under what it is told apart by. */
interface Said {
  what: Difference['what'];
  at: string[];
  title: string;
  words: string;
  /** Everything that would make it another word than before. */
  whole: unknown;
}

/** What is said otherwise now than then: of what came and went, too. How long ago systems were read always differs, and is left out. */
export function differencesOf(then: TraceAnswer, now: TraceAnswer): Difference[] {
  const before = saidBy(then);
  const after = saidBy(now);
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key): Difference[] => {
    const [past, present] = [before.get(key), after.get(key)];
    const either = present ?? past;
    if (either === undefined || JSON.stringify(past?.whole) === JSON.stringify(present?.whole)) return [];
    const { what, at, title } = either;
    return [{ what, at, title, before: past?.words ?? null, now: present?.words ?? null }];
  });
}

function saidBy({ found, line }: TraceAnswer): Map<string, Said> {
  const stations = line?.stations ?? found;
  const titles = new Map(stations.map(({ ref, title }) => [ref, title]));
  const title = (ref: string): string => titles.get(ref) ?? ref;
  const said = new Map<string, Said>();
  for (const one of stations) said.set(`station ${one.ref}`, ofStation(one));
  for (const one of line?.links ?? [])
    said.set(`link ${one.kind} ${one.from} ${one.to} ${one.validFrom}`, ofLink(one, title));
  for (const one of line?.missing ?? [])
    said.set(`missing ${one.at} ${one.expects} ${one.code}`, ofMissing(one, title));
  return said;
}

function ofStation({ ref, title, state, at, link, integration, facts, standing }: Station): Said {
  const conditions = Array.isArray(facts['conditions']) ? facts['conditions'] : [];
  const words = [state ?? 'known', ...conditions].join(', ');
  const settled = standing === 'unknown' ? null : standing;
  return {
    what: 'station',
    at: [ref],
    title,
    words,
    // That a word is too old to be believed is no word of its system.
    whole: [title, state, at, link, integration?.id, facts, settled === 'good' ? null : settled],
  };
}

function ofLink({ kind, from, to, certainty, note, validFrom, validTo }: Link, title: (ref: string) => string): Said {
  const until = validTo === null ? '' : ` until ${validTo}`;
  return {
    what: 'link',
    at: [from, to],
    title: `${title(from)} ${kind.replaceAll('_', ' ')} ${title(to)}`,
    words: [`${certainty} since ${validFrom}${until}`, note?.replaceAll('_', ' ')].filter(Boolean).join(', '),
    whole: [certainty, note, validFrom, validTo],
  };
}

function ofMissing({ at, expects, code, message, details }: Missing, title: (ref: string) => string): Said {
  return {
    what: 'missing',
    at: [at],
    title: `${title(at)}: ${expects.replaceAll('_', ' ')}`,
    words: message,
    whole: [code, details],
  };
}
