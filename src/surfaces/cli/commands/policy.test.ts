import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Comparison, VerdictAnswer } from '../../../features/policy/contract.ts';
import { type ApiClient, ApiFailure } from '../api-client.ts';
import { policyCommands } from './policy.ts';

const waiver = {
  id: 1,
  scope: 'image' as const,
  reason: 'rolling out',
  author: 'Ada',
  createdAt: '2026-11-20T10:00:00.000Z',
  expiresAt: '2026-12-01T00:00:00.000Z',
  endedAt: null,
  endedBy: null,
  inForce: true,
};

const verdict = (
  status: VerdictAnswer['status'],
  reason: string,
  more: Partial<VerdictAnswer> = {},
): VerdictAnswer => ({
  policy: 'sonarqube-quality-gates',
  image: {
    id: 1,
    reference: 'registry.example.com/team/checkout:1',
    repository: 'team/checkout',
    tags: ['1'],
    digest: `sha256:${'a'.repeat(64)}`,
    registry: {
      id: 2,
      name: 'registry',
      host: 'registry.example.com',
    },
  },
  status,
  reason,
  message: `It is ${reason}.`,
  remedy: 'Do something.',
  upstream: null,
  waiver: null,
  since: null,
  platforms: [
    {
      digest: `sha256:${'b'.repeat(64)}`,
      platform: 'linux/amd64',
      status,
      reason,
      claim: null,
      flags: [],
      hints: [],
      projects: [
        {
          integrationId: 1,
          integrationName: 'sonar',
          projectId: 1,
          projectKey: 'checkout',
          projectName: 'Checkout',
          status,
          reason,
          flags: [],
          analysis: {
            id: 1,
            scope: 'branch',
            branch: 'main',
            revision: 'c'.repeat(40),
            gateStatus: 'ERROR',
            gateEvaluated: true,
            analyzedAt: '2026-11-20T10:00:00.000Z',
            changedAt: '2026-11-20T10:00:00.000Z',
            repository: null,
            conditions: [
              {
                metric: 'coverage',
                name: 'Coverage',
                operator: 'LT',
                threshold: '80',
                actualValue: '42.0',
                status: 'ERROR',
              },
            ],
          },
        },
      ],
    },
  ],
  ...more,
});

const passed = verdict('passed', 'GATES_PASSED');
const failed = verdict('failed', 'GATE_FAILED');
const noData = verdict('no_data', 'NO_ANALYSIS');
const error = verdict('error', 'REGISTRY_UNREACHABLE', { upstream: 'connection refused' });

async function run(answers: object[], ...args: string[]): Promise<{ code: number; out: string; sent: unknown[] }> {
  const outcome = { code: -1, out: '', sent: [] as unknown[] };
  const api: ApiClient = {
    get: () => Promise.reject(new Error('unused')),
    async send(_, __, body) {
      outcome.sent.push(body);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer as never;
    },
    open: () => Promise.reject(new Error('unused')),
  };
  const terminal = { out: (text: string) => void (outcome.out += text), err: () => undefined, interactive: false };
  const program = new Command();
  const secretSources = { environment: { DOCKER_CONFIG: '/nowhere' }, stateDirectory: '/nowhere' };
  program.exitOverride().configureOutput({ writeErr: () => undefined });
  policyCommands(program, { api, terminal, secretSources, examineThisMachine: async () => [] }, async (action) => {
    outcome.code = await action();
  });
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().copyInheritedSettings(program);
  await program.parseAsync(['policy', ...args], { from: 'user' });
  return outcome;
}

const evaluate = (verdicts: VerdictAnswer[], ...args: string[]) => run([{ verdicts }], 'evaluate', 'x', ...args);

describe('policy evaluate', () => {
  it.each([
    ['passed', [passed], [], 0],
    ['failed', [failed], [], 2],
    ['failed and waived', [{ ...failed, waiver }], [], 0],
    ['no data', [noData], [], 3],
    ['no data that is allowed', [noData], ['--allow-no-data'], 0],
    ['an error', [error], [], 1],
    ['a failure before an error', [passed, error, failed], [], 2],
    ['an error before no data', [noData, error], [], 1],
    ['no data before passed', [passed, noData], [], 3],
  ] as [string, VerdictAnswer[], string[], number][])('%s', async (_, verdicts, args, code) => {
    expect((await evaluate(verdicts, ...args)).code).toBe(code);
  });

  it('asks for what was said at a time, with what is said now beside it, and waits for nothing', async () => {
    const at = '2026-09-30T12:00:00Z';
    const mappings = [
      {
        id: 1,
        images: 'team/*',
        registry: null,
        repository: null,
        projects: [{ projectKey: 'checkout', integration: null, directory: null }],
        origin: 'person' as const,
        createdBy: 'Ada',
        createdAt: at,
      },
    ];
    const settings = {
      warnFails: false,
      notEvaluatedIsNoData: true,
      allowDirty: false,
      usePullRequests: true,
      inheritIndexClaim: true,
      excludedIntegrations: [],
    };
    const then = { ...failed, asOf: { at, settings, mappings, now: passed } };
    const { code, out, sent } = await evaluate([then], '--as-of', at);
    expect([code, sent]).toEqual([2, [{ images: ['x'], credentials: [], stored: false, asOf: at }]]);
    expect(out).toContain(
      `said at ${at}\n  settings then: a gate that warns passes; one that evaluated nothing is no data; uncommitted changes are refused; pull requests count; claims of an index count for its platforms\n  mapping then: team/*: checkout\n  now: passed (GATES_PASSED)`,
    );
    expect((await evaluate([then], '--as-of', at, '--format', 'markdown')).out).toContain('now: passed (GATES_PASSED)');
    const same = { ...passed, asOf: { at, settings: null, mappings: [], now: null } } as VerdictAnswer;
    expect((await evaluate([same], '--as-of', at)).out).toContain(
      `said at ${at}\n  settings then: not known any more\n  the same is said now`,
    );
    const others = {
      warnFails: true,
      notEvaluatedIsNoData: false,
      allowDirty: true,
      usePullRequests: false,
      inheritIndexClaim: false,
      excludedIntegrations: [3, 4],
    };
    const otherwise = { ...passed, asOf: { at, settings: others, mappings: [], now: null } } as VerdictAnswer;
    expect((await evaluate([otherwise], '--as-of', at)).out).toContain(
      'settings then: a gate that warns fails; one that evaluated nothing passes; uncommitted changes are allowed; pull requests do not count; claims of an index count for it alone; integrations left out: 3, 4\n',
    );
    for (const option of [
      ['--wait', '5'],
      ['--max-age', '2h'],
    ])
      await expect(evaluate([passed], '--as-of', at, ...option)).rejects.toMatchObject({
        code: 'commander.conflictingOption',
      });
  });

  it('waits until there is data, and no longer than it was told', async () => {
    const answers = [{ verdicts: [noData] }, { verdicts: [passed] }];
    const waited = await run(answers, 'evaluate', 'x', '--wait', '30');
    expect([waited.code, waited.sent.length]).toEqual([0, 2]);
    expect((await evaluate([noData], '--wait', '0')).code).toBe(3);
    const hopeless = await evaluate([verdict('no_data', 'NO_PROVENANCE')], '--wait', '30');
    expect([hopeless.code, hopeless.sent.length]).toEqual([3, 1]);
  });

  it.each(['abc', '', '-5', '1.5', '1e3', '90000', 'Infinity'])('refuses to wait for “%s” seconds', async (seconds) => {
    await expect(evaluate([passed], '--wait', seconds)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
      exitCode: 1,
      message: expect.stringContaining('a whole number of seconds'),
    });
  });

  const away = (status: number, code: string): ApiFailure =>
    new ApiFailure(status, { code, message: 'The hub does not answer.', remedy: 'Start it.', upstream: null });

  it('asks a hub that is restarted while it waits again, and one that was never there at once no more', async () => {
    const answers = [{ verdicts: [noData] }, away(0, 'hub_unreachable'), { verdicts: [passed] }];
    expect((await run(answers, 'evaluate', 'x', '--wait', '30')).code).toBe(0);
    const stopping = [{ verdicts: [noData] }, away(503, 'stopping'), { verdicts: [passed] }];
    expect((await run(stopping, 'evaluate', 'x', '--wait', '30')).code).toBe(0);
    const first = run([away(0, 'hub_unreachable'), { verdicts: [passed] }], 'evaluate', 'x', '--wait', '30');
    await expect(first).rejects.toMatchObject({ code: 'hub_unreachable' });
    const refused = run([{ verdicts: [noData] }, away(401, 'not_authed')], 'evaluate', 'x', '--wait', '30');
    await expect(refused).rejects.toMatchObject({ code: 'not_authed' });
    const stays = run([{ verdicts: [noData] }, away(0, 'hub_unreachable')], 'evaluate', 'x', '--wait', '1');
    await expect(stays).rejects.toMatchObject({ code: 'hub_unreachable' });
  });

  it('prints the flags of platforms, and no hint without words', async () => {
    const [platform] = passed.platforms;
    const hints = [
      { code: 'LIKELY_TAG_OBJECT', message: 'It is a tag.' },
      { code: 'ANALYSIS_PENDING', message: ' ' },
    ];
    const flagged = { ...passed, platforms: [{ ...(platform as never as object), flags: ['CLAIMS_DIFFER'], hints }] };
    const { out } = await evaluate([flagged as VerdictAnswer]);
    expect(out).toContain('linux/amd64: (GATES_PASSED) [CLAIMS_DIFFER]');
    expect(out).toContain('      It is a tag.\n');
    expect(out.split('\n').filter((line, index, all) => line.trim() === '' && index < all.length - 1)).toEqual([]);
    expect((await evaluate([flagged as VerdictAnswer], '--format', 'markdown')).out).toContain('CLAIMS_DIFFER');
  });

  it('says in text and in Markdown what decides', async () => {
    const { out } = await evaluate([failed]);
    expect(out).toContain('✕ registry.example.com/team/checkout:1: failed (GATE_FAILED)');
    expect(out).toContain('Coverage 42.0 is below 80');
    const table = (await evaluate([failed], '--format', 'markdown')).out.trim().split('\n');
    expect(table).toHaveLength(3);
    expect(table[2]).toContain('checkout: Coverage 42.0 is below 80');
    expect(JSON.parse((await evaluate([failed], '--json')).out)).toEqual([failed]);
    expect((await evaluate([error])).out).toContain('the other side said: connection refused');
    expect((await evaluate([{ ...failed, waiver }])).out).toContain('failed, waived until 2026-12-01');
  });
});

describe('policy compare', () => {
  const compare = (comparison: Comparison, ...args: string[]) =>
    run([{ comparisons: [comparison] }], 'compare', 'x', '--to-env', 'production', ...args);
  const baseline = {
    reference: 'registry.example.com/team/checkout:0',
    status: 'passed' as const,
    reason: 'GATES_PASSED',
  };
  it.each([
    ['worse by a failed gate', { verdict: failed, baseline, change: 'worse' }, [], 2],
    ['worse by having no data', { verdict: noData, baseline, change: 'worse' }, [], 2],
    [
      'worse by having no data, which is allowed',
      { verdict: noData, baseline, change: 'worse' },
      ['--allow-no-data'],
      0,
    ],
    ['as bad as before', { verdict: failed, baseline: { ...baseline, status: 'failed' }, change: 'unchanged' }, [], 0],
    ['better', { verdict: passed, baseline: { ...baseline, status: 'failed' }, change: 'better' }, [], 0],
    ['nothing to compare with', { verdict: noData, baseline: null, change: 'no_baseline' }, [], 3],
    ['could not be done', { verdict: error, baseline, change: 'unchanged' }, [], 1],
  ] as [string, Comparison, string[], number][])('%s', async (_, comparison, args, code) => {
    const outcome = await compare(comparison, ...args);
    expect(outcome.code).toBe(code);
    expect(outcome.sent[0]).toMatchObject({ images: ['x'], environment: 'production' });
  });
});
