import { describe, expect, it } from 'vitest';
import { deploymentsOf } from './derive.ts';
import type { ExecutionFacts, Leaf, Outcome } from './facts.ts';

const started = '2026-03-02T10:00:00+00:00';
const ended = '2026-03-02T10:05:00+00:00';
const leaf = (more: Partial<Leaf> = {}): Leaf => ({
  node: 'n1',
  identifier: 'production',
  service: 'web',
  service_name: 'Web',
  environment: 'prod',
  environment_name: 'Prod',
  environment_type: 'Production',
  infrastructure: 'eu',
  status: 'Success',
  status_class: 'success',
  started_at: started,
  ended_at: ended,
  is_rollback: false,
  image: 'pay/web',
  tag: '1',
  digest: null,
  version: null,
  ...more,
});
const outcome = (more: Partial<Outcome>): Outcome => ({
  node: 'n1',
  rolledBack: false,
  commit: null,
  images: [],
  ...more,
});
const execution = (more: Partial<ExecutionFacts> = {}): ExecutionFacts => ({
  id: 1,
  integrationId: 9,
  key: 'e1',
  organization: 'pay',
  project: 'ledger',
  settled: true,
  mode: 'NORMAL',
  rolledBack: false,
  link: null,
  endedAt: new Date(ended),
  begun: new Date(started),
  commit: null,
  leaves: [leaf()],
  outcomes: [],
  retried: false,
  retriedPlaces: [],
  ...more,
});
const [web, cart] = [leaf(), leaf({ node: 'n2', identifier: 'cart', service: 'cart' })];
const taking = (more: Partial<Leaf> = {}): Leaf =>
  leaf({ node: 'r1', identifier: 'prb-production', is_rollback: true, ...more });

describe('the status of a deployment', () => {
  it.each([
    ['success', 'succeeded'],
    ['failure', 'failed'],
    ['cancelled', 'aborted'],
    ['neutral', 'skipped'],
    ['running', 'running'],
    ['waiting', 'waiting'],
    ['unknown', 'unknown'],
    ['a newer class', 'unknown'],
  ])('%s is %s', (kind, status) => {
    const [row] = deploymentsOf(execution({ settled: false, leaves: [leaf({ status_class: kind })] }));
    expect(row?.status).toBe(status);
  });

  it('is never under way in a run that has ended', () => {
    const statuses = ['running', 'waiting'].map(
      (kind) => deploymentsOf(execution({ leaves: [leaf({ status_class: kind })] }))[0]?.status,
    );
    expect(statuses).toEqual(['unknown', 'skipped']);
  });

  it('is not known to have put anything there where the run takes another one back', () => {
    expect(deploymentsOf(execution({ mode: 'PIPELINE_ROLLBACK' }))[0]?.status).toBe('unknown');
  });
});

describe('what was taken back', () => {
  const rolledBack = (more: Partial<ExecutionFacts>): boolean[] =>
    deploymentsOf(execution(more)).map((row) => row.rolledBack);

  it('is what its own steps took back', () => {
    const outcomes = [outcome({ node: 'n2', rolledBack: true })];
    expect(rolledBack({ leaves: [web, cart], outcomes })).toEqual([false, true]);
  });

  it('is what a stage takes back, from its begin on, and nothing beside it', () => {
    expect(rolledBack({ leaves: [web, cart, taking()] })).toEqual([true, false, false]);
    const running = taking({ status_class: 'running', ended_at: null });
    expect(deploymentsOf(execution({ leaves: [web, running] }))[0]?.rolledBackAt).toEqual(new Date(started));
    for (const waits of [{ started_at: null }, { status_class: 'neutral' }, { status_class: 'waiting' }])
      expect(rolledBack({ leaves: [web, taking(waits)] })).toEqual([false, false]);
    const unnamed = taking({ service: null, environment: null, infrastructure: null });
    expect(rolledBack({ leaves: [web, cart, unnamed] })).toEqual([true, false, false]);
  });

  it('is all of a run that was taken back and does not say what of it', () => {
    expect(rolledBack({ leaves: [web, cart], rolledBack: true })).toEqual([true, true]);
    expect(rolledBack({ leaves: [web, taking()], rolledBack: true })).toEqual([true, false]);
  });
});

describe('what a retry replaced', () => {
  it('is what did not succeed, and what the retry deployed again', () => {
    const superseded = (leaves: Leaf[], retriedPlaces: Leaf[]): boolean[] =>
      deploymentsOf(execution({ leaves, retried: true, retriedPlaces })).map((row) => row.superseded);
    const failed = leaf({ status_class: 'failure' });
    expect(superseded([failed, cart], [])).toEqual([true, false]);
    expect(superseded([web, cart], [cart])).toEqual([false, true]);
    expect(deploymentsOf(execution({ leaves: [failed] }))[0]?.superseded).toBe(false);
  });
});

describe('the rest of a deployment', () => {
  it('is where service and environment are defined', () => {
    const [row] = deploymentsOf(execution({ leaves: [leaf({ service: 'org.web', environment: 'account.prod' })] }));
    expect(row?.place).toMatchObject({
      serviceScope: 'pay',
      service: 'web',
      environmentScope: '',
      environment: 'prod',
      infrastructure: 'eu',
    });
    expect(deploymentsOf(execution())[0]?.place).toMatchObject({ serviceScope: 'pay/ledger', service: 'web' });
  });

  it('is the image with the registry and digest that steps tell of the same tag', () => {
    const image = (name: string, tag: string, digest: string | null) =>
      ({ direction: 'in', image: name, tag, digest }) as const;
    const images = [
      image('registry.example.com/other/pay/web2', '1', 'sha256:2'),
      image('registry.example.com/pay/web', '2', 'sha256:3'),
      image('registry.example.com/pay/web', '1', 'sha256:1'),
    ];
    const [row] = deploymentsOf(execution({ outcomes: [outcome({ images, commit: 'c' })] }));
    expect(row).toMatchObject({ image: 'registry.example.com/pay/web:1', digest: 'sha256:1', commit: 'c' });
    expect(deploymentsOf(execution({ commit: 'a' }))[0]).toMatchObject({
      image: 'pay/web:1',
      digest: null,
      commit: 'a',
    });
  });
});
