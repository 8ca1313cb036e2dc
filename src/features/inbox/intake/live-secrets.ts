import type { LiveSecrets } from '../store/secrets.ts';

export interface SecretCache {
  /** The live secrets of an integration; undefined when it takes no deliveries of that kind. */
  read(place: SecretPlace): Promise<LiveSecrets | undefined>;
  /** What is stored now, unless it was read after `since` (milliseconds) anyway. */
  readAgain(place: SecretPlace, since: number): Promise<LiveSecrets | undefined>;
}

export interface SecretPlace {
  kind: string;
  integrationId: number;
  adapter: string;
}

interface Entry {
  secrets: Promise<LiveSecrets | undefined>;
  startedAt: number;
}

/** How long a removed secret may still count, and a removed integration still take deliveries. */
const freshMs = 5_000;
/** Far more integrations than anybody has; beyond it somebody is guessing. */
const maxEntries = 2_000;

/** Keeps opened secrets for seconds, so that a burst costs one query. A secret that does not fit is looked up again. */
export function createSecretCache(
  load: (place: SecretPlace) => Promise<LiveSecrets | undefined>,
  now: () => number = () => performance.now(),
): SecretCache {
  const entries = new Map<string, Entry>();

  const start = (place: SecretPlace): Entry => {
    const key = keyOf(place);
    const entry = { secrets: load(place), startedAt: now() };
    // A failed query must not be remembered as an answer.
    entry.secrets.catch(() => entries.get(key) === entry && entries.delete(key));
    entries.delete(key);
    if (entries.size >= maxEntries) entries.delete(entries.keys().next().value as string);
    entries.set(key, entry);
    return entry;
  };

  return {
    read(place) {
      const present = entries.get(keyOf(place));
      return (present !== undefined && now() - present.startedAt < freshMs ? present : start(place)).secrets;
    },
    readAgain(place, since) {
      const present = entries.get(keyOf(place));
      return (present !== undefined && present.startedAt >= since ? present : start(place)).secrets;
    },
  };
}

const keyOf = ({ kind, integrationId, adapter }: SecretPlace): string => `${kind}/${integrationId}/${adapter}`;
