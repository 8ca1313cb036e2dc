import { describe, expect, it } from 'vitest';
import { type HealthCredential, type HealthInput, judgeHealth } from './model.ts';

const now = new Date('2026-11-21T10:00:00Z');
const day = 86_400_000;
const good: HealthCredential = { label: 'default', standing: 'ready', disabledCode: null, endsAt: null };
const input = (more: Partial<HealthInput> = {}): HealthInput => ({
  state: 'active',
  runs: { success: 14, partial: 0, failed: 0 },
  codes: [],
  newestError: null,
  held: [],
  credentials: [good],
  newestEnd: now,
  satellite: null,
  ...more,
});
const none = { success: 0, partial: 0, failed: 0 };
const refused: HealthCredential = {
  ...good,
  label: 'bot 2',
  standing: 'disabled',
  disabledCode: 'invalid_credentials',
};
const ending = (days: number): HealthCredential => ({
  ...good,
  standing: days < 0 ? 'expired' : 'expiring',
  endsAt: new Date(now.getTime() + days * day),
});

const rules: [why: string, input: HealthInput, health: string, reasons: string[]][] = [
  ['all runs succeeded', input(), 'HEALTHY', ['All 14 runs of the last 7 days succeeded.']],
  [
    'much disappeared at once, though all runs since were good',
    input({ held: [{ stream: 'repositories', slice: 'discovery', missing: 59, before: 60 }] }),
    'NEEDS_ATTENTION',
    ['59 of 60 repositories are missing at once: nothing is marked as gone until that is confirmed.'],
  ],
  [
    'much disappeared at once in several lists, and no run ended since',
    input({
      runs: none,
      held: [
        { stream: 'image_tags', slice: 'repository:team/shop', missing: 60, before: 61 },
        { stream: 'issues', slice: 'project:shop', missing: 40, before: 60 },
      ],
    }),
    'NEEDS_ATTENTION',
    [
      '60 of 61 tags of team/shop are missing at once (and in 1 more list): nothing is marked as gone until that is confirmed.',
    ],
  ],
  [
    'one run, which succeeded',
    input({ runs: { success: 1, partial: 0, failed: 0 } }),
    'HEALTHY',
    ['The run of the last 7 days succeeded.'],
  ],
  [
    'some failed',
    input({ runs: { success: 11, partial: 0, failed: 3 }, codes: [{ code: 'expired_credentials', count: 3 }] }),
    'NEEDS_ATTENTION',
    ['3 of 14 runs of the last 7 days failed: expired_credentials (3).'],
  ],
  [
    'a project that may not be read, by its name',
    input({
      runs: { success: 13, partial: 1, failed: 0 },
      codes: [{ code: 'invalid_permissions', count: 1 }],
      newestError: 'The token may not browse “vault”.',
    }),
    'NEEDS_ATTENTION',
    ['1 of 14 runs of the last 7 days was partial: invalid_permissions (1). The token may not browse “vault”.'],
  ],
  [
    'some failed and some were partial',
    input({
      runs: { success: 1, partial: 1, failed: 2 },
      codes: [
        { code: 'timeout', count: 2 },
        { code: 'incomplete_listing', count: 1 },
      ],
    }),
    'NEEDS_ATTENTION',
    ['2 of 4 runs of the last 7 days failed, 1 more was partial: timeout (2), incomplete_listing (1).'],
  ],
  [
    'partial runs only: something is missing, but they read',
    input({ runs: { success: 0, partial: 2, failed: 0 }, codes: [{ code: 'source_moved', count: 2 }] }),
    'NEEDS_ATTENTION',
    ['2 of 2 runs of the last 7 days were partial: source_moved (2).'],
  ],
  [
    'none succeeded',
    input({ runs: { ...none, failed: 5 }, codes: [{ code: 'unreachable', count: 5 }] }),
    'CRITICAL',
    ['None of 5 runs of the last 7 days succeeded: unreachable (5).'],
  ],
  [
    'the only run failed',
    input({ runs: { ...none, failed: 1 } }),
    'CRITICAL',
    ['The only run of the last 7 days failed.'],
  ],
  ['nothing ran yet', input({ runs: none }), 'UNKNOWN', ['No run ended in the last 7 days.']],
  [
    'nothing ran, and nobody could',
    input({ runs: none, newestEnd: null, satellite: 'offline' }),
    'OFFLINE_SATELLITE',
    ['No satellite that could read it is at work.', 'No run ended in the last 24 hours.'],
  ],
  [
    'nobody can read it, and the runs are of yesterday and before',
    input({ newestEnd: new Date(now.getTime() - day - 1), satellite: 'offline' }),
    'OFFLINE_SATELLITE',
    ['No satellite that could read it is at work.', 'No run ended in the last 24 hours.'],
  ],
  [
    'nobody can read it, and every run before failed',
    input({ runs: { ...none, failed: 1 }, newestEnd: new Date(now.getTime() - 2 * day), satellite: 'offline' }),
    'OFFLINE_SATELLITE',
    [
      'No satellite that could read it is at work.',
      'No run ended in the last 24 hours.',
      'The only run of the last 7 days failed.',
    ],
  ],
  [
    'its satellite has just gone',
    input({ newestEnd: new Date(now.getTime() - day), satellite: 'offline' }),
    'NEEDS_ATTENTION',
    ['No satellite that could read it is at work.'],
  ],
  [
    'a satellite reads it, with a key that the hub never had',
    input({ credentials: [], satellite: 'at_work' }),
    'HEALTHY',
    ['All 14 runs of the last 7 days succeeded.'],
  ],
  [
    'a satellite that could read it has nothing to read yet',
    input({ credentials: [], runs: none, newestEnd: null, satellite: 'at_work' }),
    'UNKNOWN',
    ['No run ended in the last 7 days.'],
  ],
  [
    'paused, whatever else is wrong',
    input({ state: 'paused', runs: { ...none, failed: 9 }, credentials: [] }),
    'PAUSED',
    ['A person paused it; nothing runs by itself.'],
  ],
  [
    'deleting, whatever else',
    input({ state: 'deleting', runs: none }),
    'DELETING',
    ['The integration is being deleted.'],
  ],
  [
    'a token that ends soon',
    input({ credentials: [ending(6)] }),
    'NEEDS_ATTENTION',
    ['Credential “default” expires on 2026-11-27, in 6 days.'],
  ],
  [
    'a token that ends today',
    input({ credentials: [ending(0.5)] }),
    'NEEDS_ATTENTION',
    ['Credential “default” expires on 2026-11-21, within a day.'],
  ],
  [
    'no runs yet and a token that ends soon',
    input({ runs: none, credentials: [ending(1)] }),
    'UNKNOWN',
    ['No run ended in the last 7 days.', 'Credential “default” expires on 2026-11-22, in 1 day.'],
  ],
  [
    'one of two was refused',
    input({ credentials: [good, refused] }),
    'NEEDS_ATTENTION',
    ['Credential “bot 2” is disabled: invalid_credentials.'],
  ],
  [
    'one of two was switched off by a person',
    input({ credentials: [good, { ...refused, disabledCode: 'by_person' }] }),
    'HEALTHY',
    ['All 14 runs of the last 7 days succeeded.'],
  ],
  [
    'the only one was refused',
    input({ credentials: [refused] }),
    'CRITICAL',
    ['No credential is left that can be used.', 'Credential “bot 2” is disabled: invalid_credentials.'],
  ],
  [
    'the only one has expired, and runs began to fail',
    input({
      runs: { success: 3, partial: 0, failed: 1 },
      codes: [{ code: 'expired_credentials', count: 1 }],
      credentials: [ending(-2)],
    }),
    'CRITICAL',
    [
      'No credential is left that can be used.',
      'Credential “default” expired on 2026-11-19.',
      '1 of 4 runs of the last 7 days failed: expired_credentials (1).',
    ],
  ],
  [
    'no credential is stored',
    input({ credentials: [], runs: none }),
    'CRITICAL',
    ['No credential is left that can be used.'],
  ],
];

describe('the health of an integration', () => {
  it.each(rules)('%s', (_why, given, health, reasons) => {
    const judged = judgeHealth(given, now);
    expect(judged.health).toBe(health);
    expect(judged.reasons.map(({ message }) => message)).toEqual(reasons);
  });

  it('is one of seven, each of which the table reaches', () => {
    expect(new Set(rules.map(([, given]) => judgeHealth(given, now).health))).toEqual(
      new Set(['HEALTHY', 'NEEDS_ATTENTION', 'CRITICAL', 'OFFLINE_SATELLITE', 'PAUSED', 'UNKNOWN', 'DELETING']),
    );
  });
});

describe('what is the case has a code that stays', () => {
  const one = { success: 0, partial: 0, failed: 0 };
  const held = { stream: 'issues', slice: 'project:shop', missing: 40, before: 60 };
  const cases: [codes: string[], more: Partial<HealthInput>][] = [
    [['deleting'], { state: 'deleting' }],
    [['paused'], { state: 'paused' }],
    [['all_runs_succeeded'], {}],
    [['no_usable_credential', 'credential_disabled'], { credentials: [refused] }],
    [['no_usable_credential', 'credential_expired'], { credentials: [ending(-1)] }],
    [['no_runs', 'credential_expiring'], { runs: one, credentials: [ending(3)] }],
    [['satellite_offline', 'no_runs'], { newestEnd: null, satellite: 'offline' }],
    [['no_run_succeeded'], { runs: { ...one, failed: 2 } }],
    [['runs_failed'], { runs: { ...one, success: 1, failed: 2 } }],
    [['runs_partial'], { runs: { ...one, success: 1, partial: 2 } }],
    [['absence_held', 'runs_partial'], { held: [held], runs: { ...one, success: 1, partial: 2 } }],
  ];
  it.each(cases)('%j', (codes, more) => {
    expect(judgeHealth(input(more), now).reasons.map(({ code }) => code)).toEqual(codes);
  });

  it('and is counted in words', () => {
    const words = (more: Partial<HealthInput>) => judgeHealth(input(more), now).reasons[0]?.message;
    expect(words({ runs: { ...one, success: 1, failed: 1, partial: 2 } })).toBe(
      '1 of 4 runs of the last 7 days failed, 2 more were partial.',
    );
    expect(words({ held: [held, held, held] })).toContain('(and in 2 more lists)');
  });

  it('nobody worries about what a person chose, nor about an end that is far away or unknown', () => {
    const chosen: HealthCredential = { ...refused, disabledCode: 'by_person' };
    const nameless: HealthCredential = { ...refused, disabledCode: null };
    const endless: HealthCredential = { ...good, standing: 'expiring' };
    const far: HealthCredential = { ...good, endsAt: new Date(now.getTime() + 300 * day) };
    expect(judgeHealth(input({ credentials: [good, chosen, nameless, endless, far] }), now).health).toBe('HEALTHY');
  });
});
