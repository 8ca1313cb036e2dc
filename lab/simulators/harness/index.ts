import type { Faults } from '../wire/faults.ts';
import type { Journal } from '../wire/journal.ts';
import { startWire } from '../wire/server.ts';
import { answering, webPage } from './answer.ts';
import { ApiError, errorReply } from './errors.ts';
import { limitedReply } from './rate.ts';
import { createState, type HarnessState } from './state/facade.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface HarnessSimulatorOptions extends WorldOptions {
  /** Default: a free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Path below which the server lives. */
  contextPath?: string;
  /** Speaks TLS with this certificate. */
  tls?: { cert: string; key: string };
}

export interface HarnessSimulator {
  /** Base URL with context, without a slash at the end. */
  url: string;
  state: HarnessState;
  /** The model behind it, and its options: most may be changed while it runs. */
  world: World;
  journal: Journal;
  faults: Faults<World>;
  close: () => Promise<void>;
}

/**
 * Starts a Harness with one account and nothing in it but the organization `default`.
 * It must not share code with what talks to it, so that neither can copy the other's mistakes.
 */
export async function startHarnessSimulator(options: HarnessSimulatorOptions = {}): Promise<HarnessSimulator> {
  const { port, host, contextPath = '', tls, account = 'acc', ...rest } = options;
  const world = createWorld(rest);
  const state = createState(world, account);
  const failed = new ApiError(500, 'UNKNOWN_ERROR', 'Oops, something went wrong on our end.');
  const wire = await startWire<World>({
    world,
    answer: answering(world),
    outside: webPage,
    port,
    host,
    tls,
    context: contextPath.replace(/\/+$/, ''),
    now: () => world.now(),
    projectParameters: ['projectIdentifier'],
    refusals: { tooMany: () => limitedReply(world), failed: () => errorReply(failed, world.profile.tokenErrors) },
  });
  world.url = wire.url;
  const close = async (): Promise<void> => {
    await wire.close();
    await state.settled();
  };
  return { ...wire, state, world, close };
}

export type { Execution } from './model.ts';
export type { HarnessState } from './state/facade.ts';
export { runningWhere, type TruthRow, writeTruth } from './truth.ts';
