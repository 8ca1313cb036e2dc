import type { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Dimension, ReportDefinition, ReportFindingsQuery } from './contract.ts';
import { kinds } from '../../../domain/report-kinds.ts';
import { axisOf, requireSound } from './definition.ts';

type Asked = z.output<typeof ReportFindingsQuery>;

/**
 * The report whose only group is the one that is looked behind: what is chosen takes the place of what its axis is
 * filtered by. Throws `invalid_request` for a report that counts no findings, and for what it does not show.
 */
export function behind({ group, part, page: _page, format: _format, ...asked }: Asked): ReportDefinition {
  requireSound(asked);
  if (kinds[asked.report].of !== 'findings')
    throw new PlumblineError('invalid_request', {
      message: `${asked.report} counts no findings; ask for a day of it.`,
    });
  if (part !== undefined && asked.stack === undefined)
    throw new PlumblineError('invalid_request', { message: 'The report has no stack.' });
  // States that the report counts stay said: otherwise what is chosen would bring others with it.
  const chosen = narrowed(asked, axisOf(asked) as Dimension, group);
  return asked.stack === undefined ? chosen : narrowed(chosen, asked.stack, part);
}

function narrowed(asked: ReportDefinition, dimension: Dimension, value: string | undefined): ReportDefinition {
  if (value === undefined) return asked;
  const isId = dimension === 'project' || dimension === 'integration';
  const one = isId ? Number(value) : value;
  const kept = (asked[dimension] ?? []) as readonly (string | number)[];
  if (isId && !Number.isSafeInteger(one))
    throw new PlumblineError('invalid_request', { message: 'A group is named by its key.' });
  if (kept.length > 0 && !kept.includes(one))
    throw new PlumblineError('invalid_request', { message: 'The report does not show that group.' });
  return { ...asked, [dimension]: [one] };
}
