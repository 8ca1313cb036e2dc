import type { Endpoint } from '../wire/call.ts';
import { system } from './system.ts';

/** Every service of the simulator; a path that is not here is answered `Unknown url`. */
export const endpoints: readonly Endpoint[] = [...system];
