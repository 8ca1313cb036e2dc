import { PlumblineError } from '../../../platform/errors/index.ts';
import type { PeopleProblem } from './contract.ts';

/** All that is wrong at once; with one kind of fault its own sentence. */
export function peopleInvalid(problems: readonly PeopleProblem[]): PlumblineError {
  const kinds = [...new Set(problems.map(({ code }) => code))];
  const said = problems
    .slice(0, 5)
    .map(({ code, field, count }) => `${code}${field === null ? '' : ` (${field})`}: ${count}`);
  const more = problems.length > 5 ? `, and ${problems.length - 5} more` : '';
  return new PlumblineError('people_invalid', {
    message: `${kinds.length === 1 ? 'One kind of fault' : `${kinds.length} kinds of faults`}: ${said.join(', ')}${more}.`,
    data: { status: 'FAILURE', errors: problems },
  });
}
