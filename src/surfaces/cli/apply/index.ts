import { bindings } from './bindings.ts';
import { imageMappings } from './image-mappings.ts';
import { integrations } from './integrations.ts';
import { people } from './people.ts';
import type { ApplySection } from './section.ts';
import { signIn } from './sign-in.ts';

/** What a `plumbline.yaml` can say, in the order in which it is applied: what is read before what it is compared by. */
export const sections: readonly ApplySection<unknown>[] = [signIn, integrations, bindings, imageMappings, people];
