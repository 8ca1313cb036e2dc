import type { z } from 'zod';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Actor } from '../../access/index.ts';
import type * as contract from '../contract.ts';
import { addBinding, type BindingOptions, showBinding } from './bindings.ts';
import { lookAtBinding, type LookOptions } from './look.ts';

/** Binds what a person confirmed, each by itself: one that is refused does not hold back the others. */
export async function bindMany(
  options: BindingOptions & LookOptions,
  { actor, signal }: { actor: Actor; signal: AbortSignal },
  { bindings }: z.output<typeof contract.ManyBindings>,
): Promise<contract.ManyBindingsAnswer> {
  const results: contract.ManyBindingsAnswer['results'] = [];
  for (const wanted of bindings) {
    try {
      const binding = await addBinding(options, actor, wanted);
      await lookAtBinding(options, { actor, signal }, binding.id);
      const shown = await showBinding(options.db, binding.id);
      results.push({ project: wanted.project, binding: shown.binding, error: null });
    } catch (error) {
      if (!isPlumblineError(error)) throw error;
      const { code, message, remedy } = error;
      results.push({ project: wanted.project, binding: null, error: { code, message, remedy } });
    }
  }
  return { results };
}
