import type { Journal } from '../wire/journal.ts';
import { startWire } from '../wire/server.ts';
import { type Answers, answering } from './answer.ts';
import { endpoints } from './endpoints/index.ts';
import { type Faults, projectParameters, refusals } from './faults.ts';
import { createState, type SimulatorState } from './state/facade.ts';
import { createWorld, type WorldOptions } from './state/world.ts';

export { type ProfileName, profileNames } from './profiles.ts';
export type { SimulatorState } from './state/facade.ts';

export interface SimulatorOptions extends WorldOptions {
  /** Default: a free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Web context, e.g. `/sonar`. */
  context?: string;
  /** Fills the state before the first request; see scenarios.ts. */
  scenario?: (state: SimulatorState) => void;
  /** Answers that come before the simulator's own, e.g. `recordedAnswers` of recorded.ts. */
  before?: Answers['before'];
  /** Default true, as the server does. A benchmark on one machine has better uses for a third of the simulator's time. */
  compress?: boolean;
}

/** Tokens that every simulator starts with, of the kinds of section 1.6. */
interface SimulatorTokens {
  /** `squ_` of `admin`, who has every global permission. */
  admin: string;
  /** `squ_` of `reader`, who may only browse what is public (or names `reader` among its readers). */
  browse: string;
  /** `sqa_` of `admin`: a global analysis token. */
  analysis: string;
  /** `squ_` of `stranger`, who sees no project at all. */
  stranger: string;
}

export interface Simulator {
  /** Base URL with context, without a slash at the end. */
  url: string;
  tokens: SimulatorTokens;
  state: SimulatorState;
  journal: Journal;
  faults: Faults;
  close: () => Promise<void>;
}

const adminPermissions = ['admin', 'gateadmin', 'profileadmin', 'provisioning', 'scan'];

function addPeople(state: SimulatorState): SimulatorTokens {
  state.addUser({ login: 'admin', name: 'Administrator', permissions: adminPermissions, seesPrivateProjects: true });
  state.addUser({ login: 'reader', name: 'Reader', permissions: [] });
  state.addUser({ login: 'stranger', name: 'Stranger', permissions: [], seesPublicProjects: false });
  return {
    admin: state.addToken({ kind: 'squ', login: 'admin', name: 'admin' }),
    browse: state.addToken({ kind: 'squ', login: 'reader', name: 'reader' }),
    analysis: state.addToken({ kind: 'sqa', login: 'admin', name: 'analysis' }),
    stranger: state.addToken({ kind: 'squ', login: 'stranger', name: 'stranger' }),
  };
}

/** Starts a server that speaks SonarQube's Web API by the rules in rules.ts. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const world = createWorld(options);
  const state = createState(world);
  const tokens = addPeople(state);
  options.scenario?.(state);
  const wire = await startWire({
    world,
    answer: answering({ world, endpoints, before: options.before }),
    port: options.port,
    host: options.host,
    context: options.context?.replace(/\/$/, ''),
    compress: options.compress,
    now: () => world.now(),
    refusals,
    projectParameters,
  });
  return { ...wire, tokens, state };
}
