import { bindings } from './bindings.ts';
import { imageMappings } from './image-mappings.ts';
import { integrations } from './integrations.ts';
import { people } from './people.ts';
import type { ApplySection } from './section.ts';

/** What a `plumbline.yaml` can say, in the order in which it is applied: what is read before what it is compared by. */
export const sections: readonly ApplySection<unknown>[] = [integrations, bindings, imageMappings, people];
