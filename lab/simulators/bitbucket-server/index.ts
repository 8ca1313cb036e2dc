import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Faults } from '../wire/faults.ts';
import type { Journal } from '../wire/journal.ts';
import { startWire } from '../wire/server.ts';
import { answering, outsidePage } from './answer.ts';
import { ApiError, errorReply, tooManyRequests } from './errors.ts';
import { type BitbucketState, createState } from './state/facade.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface BitbucketSimulatorOptions extends WorldOptions {
  /** Default: a free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Path below which the server lives, e.g. `/bitbucket`. */
  contextPath?: string;
  /** Speaks TLS with this certificate. */
  tls?: { cert: string; key: string };
  /** Base URL as it stands in links and webhooks; default the one it was asked under, for webhooks its own. */
  publicUrl?: string;
}

export interface BitbucketSimulator {
  /** Base URL with context, without a slash at the end. */
  url: string;
  state: BitbucketState;
  /** The model behind it, for what `state` has no word for. */
  world: World;
  journal: Journal;
  faults: Faults<World>;
  close: () => Promise<void>;
}

/**
 * Starts a Bitbucket Server with nothing in it: a model in memory, real git repositories on disk.
 * It must not share code with what talks to it, so that neither can copy the other's mistakes.
 */
export async function startBitbucketSimulator(options: BitbucketSimulatorOptions = {}): Promise<BitbucketSimulator> {
  const { port, host, contextPath = '', tls, publicUrl, ...rest } = options;
  const own = rest.directory === undefined;
  const directory = rest.directory ?? (await mkdtemp(join(tmpdir(), 'plumbline-bitbucket-')));
  await mkdir(directory, { recursive: true });
  const world = createWorld(rest, directory);
  const answer = answering(world);
  const wire = await startWire<World>({
    world,
    answer: (received) => answer(publicUrl === undefined ? received : { ...received, baseUrl: publicUrl }),
    outside: outsidePage,
    port,
    host,
    tls,
    context: contextPath.replace(/\/+$/, ''),
    maximumBody: Number.POSITIVE_INFINITY,
    refusals: {
      tooMany: () => errorReply(tooManyRequests({}), world.language),
      failed: () =>
        errorReply(new ApiError(500, { en: 'An error occurred.', de: 'Ein Fehler ist aufgetreten.' }), world.language),
    },
  });
  world.url = publicUrl ?? wire.url;
  const state = createState(world);
  const close = async (): Promise<void> => {
    await wire.close();
    await state.settled();
    if (own) await rm(directory, { recursive: true, force: true });
  };
  return { ...wire, state, world, close };
}

export type { BitbucketState } from './state/facade.ts';
export type { Repository } from './world.ts';
