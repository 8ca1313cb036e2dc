import { isPlumblineError, type PlumblineError } from './plumbline-error.ts';

/** A call whose failure is a finding: the answer or the error, thrown only when it is no error of ours. */
export async function attempt<T>(call: Promise<T>): Promise<{ value: T } | { error: PlumblineError }> {
  try {
    return { value: await call };
  } catch (error) {
    if (isPlumblineError(error)) return { error };
    throw error;
  }
}
