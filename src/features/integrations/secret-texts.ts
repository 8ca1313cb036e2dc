import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Fields } from './model.ts';

// Shorter ones would cut words of the sentence.
const shortestToCut = 8;

export function withoutSecretTexts(text: string, secrets: Fields): string {
  const values = Object.values(secrets)
    .filter((value) => typeof value === 'string')
    .filter((value) => value.length >= shortestToCut);
  return values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
}

/** An outside system may answer with the token it was sent. */
export function withoutSecretsIn(error: unknown, secrets: Fields): unknown {
  if (!isPlumblineError(error)) return error;
  const message = withoutSecretTexts(error.message, secrets);
  const upstream = error.upstream === undefined ? undefined : withoutSecretTexts(error.upstream, secrets);
  if (message === error.message && upstream === error.upstream) return error;
  const { code, remedy, data } = error;
  // Without the cause, which may hold it as well.
  return new PlumblineError(code, { message, remedy, data, ...(upstream === undefined ? {} : { upstream }) });
}
