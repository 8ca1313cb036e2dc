import type { HealthLabel } from '../../../domain/announcement.ts';
import { rowNoun, whereIs } from '../../../domain/stream-words.ts';

/** Runs of so many days count. */
export const healthDays = 7;

export interface HealthInput {
  state: 'active' | 'paused' | 'deleting';
  /** Runs that ended in the last `healthDays` days, cancelled ones and audits left out. */
  runs: { success: number; partial: number; failed: number };
  /** Error codes of those that failed or were partial, the most frequent first. */
  codes: readonly { code: string; count: number }[];
  /** What the newest of them said, e.g. which project may not be read. */
  newestError: string | null;
  /** Disappearances that wait for a person, the largest first. */
  held: readonly HeldBack[];
  credentials: readonly HealthCredential[];
  /** When the newest of the runs ended; null: none did. */
  newestEnd: Date | null;
  /** Of an integration that satellites read, whether one is at work; null: the hub reads it, with its credentials. */
  satellite: 'at_work' | 'offline' | null;
}

/** A satellite that is away for longer, without a run, is what is wrong with its integration. */
const offlineHours = 24;

export interface HeldBack {
  stream: string;
  slice: string;
  missing: number;
  before: number;
}

export interface HealthCredential {
  label: string;
  standing: 'ready' | 'expiring' | 'expired' | 'disabled';
  disabledCode: string | null;
  endsAt: Date | null;
}

export interface HealthReason {
  /** Stable, e.g. `runs_failed`. */
  code: string;
  /** One sentence. */
  message: string;
}

export interface Health {
  health: HealthLabel;
  /** Never empty: also HEALTHY says why. */
  reasons: HealthReason[];
}

/** The whole rule, from the most telling state to the least. Pure: `now` only words how far off an end is. */
export function judgeHealth(input: HealthInput, now: Date): Health {
  if (input.state === 'deleting') return because('DELETING', ['deleting', 'The integration is being deleted.']);
  if (input.state === 'paused') return because('PAUSED', ['paused', 'A person paused it; nothing runs by itself.']);
  const { success, partial, failed } = input.runs;
  const total = success + partial + failed;
  const credentials = credentialReasons(input.credentials, now);
  const usable = input.credentials.some(({ standing }) => standing === 'ready' || standing === 'expiring');
  const runs = [...heldReasons(input.held), ...runReasons(input, total)];
  // What a satellite reads has its key there: the hub holds none.
  if (!usable && input.satellite === null) {
    const none = reason('no_usable_credential', 'No credential is left that can be used.');
    return { health: 'CRITICAL', reasons: [none, ...credentials, ...runs] };
  }
  const away =
    input.satellite === 'offline' ? [reason('satellite_offline', 'No satellite that could read it is at work.')] : [];
  if (away.length > 0 && isOld(input.newestEnd, now)) {
    const nothing = reason('no_runs', `No run ended in the last ${offlineHours} hours.`);
    return { health: 'OFFLINE_SATELLITE', reasons: [...away, nothing, ...runs, ...credentials] };
  }
  if (total === 0 && input.held.length === 0) {
    const nothing = reason('no_runs', `No run ended in the last ${healthDays} days.`);
    return { health: 'UNKNOWN', reasons: [nothing, ...credentials] };
  }
  const all = [...away, ...runs, ...credentials];
  if (total > 0 && failed === total) return { health: 'CRITICAL', reasons: all };
  if (all.length > 0) return { health: 'NEEDS_ATTENTION', reasons: all };
  const each = total === 1 ? 'The run' : `All ${total} runs`;
  return because('HEALTHY', ['all_runs_succeeded', `${each} of the last ${healthDays} days succeeded.`]);
}

const isOld = (end: Date | null, now: Date): boolean =>
  end === null || now.getTime() - end.getTime() > offlineHours * 3_600_000;

function runReasons(input: HealthInput, total: number): HealthReason[] {
  const reasons = tallyReasons(input, total);
  const { newestError } = input;
  if (newestError === null) return reasons;
  return reasons.map(({ code, message }) => reason(code, `${message} ${newestError}`));
}

function tallyReasons({ runs, codes }: HealthInput, total: number): HealthReason[] {
  const { partial, failed } = runs;
  const of = `of the last ${healthDays} days`;
  const why = codes.length === 0 ? '' : `: ${codes.map(({ code, count }) => `${code} (${count})`).join(', ')}`;
  if (failed > 0 && failed === total) {
    const none = total === 1 ? `The only run ${of} failed` : `None of ${total} runs ${of} succeeded`;
    return [reason('no_run_succeeded', `${none}${why}.`)];
  }
  if (failed > 0) {
    const also = partial === 0 ? '' : `, ${partial} more ${partial === 1 ? 'was' : 'were'} partial`;
    return [reason('runs_failed', `${failed} of ${total} runs ${of} failed${also}${why}.`)];
  }
  if (partial === 0) return [];
  return [reason('runs_partial', `${partial} of ${total} runs ${of} ${partial === 1 ? 'was' : 'were'} partial${why}.`)];
}

/** A disappearance that is held needs a person, whatever became of the runs since. */
function heldReasons([first, ...others]: readonly HeldBack[]): HealthReason[] {
  if (first === undefined) return [];
  const { stream, slice, missing, before } = first;
  const more = others.length === 0 ? '' : ` (and in ${others.length} more ${others.length === 1 ? 'list' : 'lists'})`;
  const message = `${missing} of ${before} ${rowNoun(stream, before)}${whereIs('', slice)} are missing at once${more}: nothing is marked as gone until that is confirmed.`;
  return [reason('absence_held', message)];
}

/** What a person chose (a credential switched off by hand) is no reason to worry. */
function credentialReasons(credentials: readonly HealthCredential[], now: Date): HealthReason[] {
  return credentials.flatMap(({ label, standing, disabledCode, endsAt }) => {
    const name = `Credential “${label}”`;
    if (standing === 'disabled') {
      if (disabledCode === null || disabledCode === 'by_person') return [];
      return [reason('credential_disabled', `${name} is disabled: ${disabledCode}.`)];
    }
    if (endsAt === null) return [];
    const day = endsAt.toISOString().slice(0, 10);
    if (standing === 'expired') return [reason('credential_expired', `${name} expired on ${day}.`)];
    if (standing !== 'expiring') return [];
    return [reason('credential_expiring', `${name} expires on ${day}, ${inDays(endsAt, now)}.`)];
  });
}

function inDays(end: Date, now: Date): string {
  const days = (end.getTime() - now.getTime()) / 86_400_000;
  if (days < 1) return 'within a day';
  // Rounded as the pages do it.
  return Math.round(days) === 1 ? 'in 1 day' : `in ${Math.round(days)} days`;
}

const reason = (code: string, message: string): HealthReason => ({ code, message });

const because = (health: HealthLabel, [code, message]: readonly [string, string]): Health => ({
  health,
  reasons: [reason(code, message)],
});
