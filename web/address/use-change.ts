import { type RegisteredRouter, useNavigate } from '@tanstack/react-router';

/**
 * Changes parts of what the address of a page says, without a step in the browser's history. The list goes back to its
 * first page unless the change names one.
 */
export function useChange<Search extends { page?: number | undefined }>(
  from: keyof RegisteredRouter['routesByPath'],
): (next: Partial<Search>) => void {
  const navigate = useNavigate({ from });
  return (next) => {
    // Which search the route has is the caller's word: the router knows it only for a path written out.
    const search = ((previous: object) => ({ ...previous, page: undefined, ...next })) as never;
    void navigate({ search, replace: true, resetScroll: false });
  };
}
