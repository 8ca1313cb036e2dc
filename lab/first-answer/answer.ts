import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Outcome } from './hub.ts';
import { services } from './world.ts';

/** Of `plumbline running --failed`: it says that something failed, and names the service whose gate failed and no other. */
export function requireRight({ status, out, err }: Outcome): void {
  const wrong = services.filter(({ name, passes }) => out.includes(name) === passes).map(({ name }) => name);
  if (status === 2 && wrong.length === 0) return;
  const said = wrong.length === 0 ? '' : ` What it says of ${wrong.join(' and ')} is wrong.`;
  throw new PlumblineError('lab_first_answer_failed', {
    message: `The answer ended with exit code ${status}, and 2 was expected.${said}`,
    upstream: `${err}${out}`.trim().slice(0, 2000),
  });
}
