import type { Area, Place } from './area.ts';
import { areas } from './areas.ts';

/** The left bar. */
export const places: readonly Place[] = (areas as readonly Area[]).flatMap((area) => area.places ?? []);
