import { type Call, optional, whole } from './call.ts';
import { badField, badRequest } from './errors.ts';

export interface Asked {
  page: number;
  size: number;
}

/** `pageIndex` and `pageSize` of organizations and projects: 50, at most 100. */
export function ngAsked(call: Call): Asked {
  const page = whole(call, 'pageIndex', 0);
  const size = whole(call, 'pageSize', 50);
  if (page < 0) throw badField('pageIndex', 'must be greater than or equal to 0');
  if (size < 1) throw badField('pageSize', 'must be greater than or equal to 1');
  if (size > 100) throw badField('pageSize', 'must be less than or equal to 100');
  return { page, size };
}

/** `page` and `size` of services and environments: what is too large is capped. */
export function cappedAsked(call: Call): Asked {
  const page = whole(call, 'page', 0);
  const size = whole(call, 'size', 100);
  if (page < 0) throw badField('page', 'must be greater than or equal to 0');
  return { page, size: Math.min(100, Math.max(1, size)) };
}

/** Of pipelines: 25, no maximum. */
export function pipelinesAsked(call: Call): Asked {
  const page = whole(call, 'page', 0);
  const size = whole(call, 'size', 25);
  if (page < 0) throw badField('page', 'must be greater than or equal to 0');
  if (size < 1) throw badField('size', 'must be greater than or equal to 1');
  return { page, size };
}

/** Of executions: 10, at most 1000; one sentence names both limits. */
export function executionsAsked(call: Call): Asked {
  const page = whole(call, 'page', 0);
  const size = whole(call, 'size', 10);
  if (page < 0 || size < 1 || size > 1000)
    throw badRequest('Verify the parameters of the executions list: page must be at least 0, size from 1 to 1000.');
  return { page, size };
}

/** `name,ASC` and the like; undefined for the server's own order. */
export function sortAsked(call: Call): { field: string; descending: boolean } | undefined {
  const sort = optional(call, 'sort');
  if (sort === undefined) return undefined;
  const [field = '', direction = 'ASC'] = sort.split(',');
  return { field, descending: direction.toUpperCase() === 'DESC' };
}

const pagesOf = (total: number, size: number): number => Math.ceil(total / size);

/** The page object of `/ng/api`. */
export function ngPage(content: readonly unknown[], total: number, { page, size }: Asked): object {
  return {
    totalPages: pagesOf(total, size),
    totalItems: total,
    pageItemCount: content.length,
    pageSize: size,
    content,
    pageIndex: page,
    empty: content.length === 0,
    pageToken: undefined,
  };
}

/** The page object of `/pipeline/api`, which is Spring's. */
export function springPage(content: readonly unknown[], total: number, { page, size }: Asked, sorted = true): object {
  const sort = { sorted, unsorted: !sorted, empty: !sorted };
  return {
    content,
    pageable: { sort, pageSize: size, pageNumber: page, offset: page * size, paged: true, unpaged: false },
    totalPages: pagesOf(total, size),
    totalElements: total,
    last: (page + 1) * size >= total,
    first: page === 0,
    sort,
    numberOfElements: content.length,
    size,
    number: page,
    empty: content.length === 0,
  };
}

export const rowsOf = <Row>(rows: readonly Row[], { page, size }: Asked): Row[] =>
  rows.slice(page * size, (page + 1) * size);
