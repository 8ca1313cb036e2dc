/** Up to so many pages, Previous and Next are enough. */
export const jumpFrom = 10;

export const lastPage = (total: number, pageSize: number): number => Math.max(1, Math.ceil(total / pageSize));

/** The page somebody typed, thousands separators allowed; undefined for what is no page of the list. */
export function pageAsked(text: string, last: number): number | undefined {
  const plain = text.replaceAll(/[\s,]/g, '');
  if (!/^\d{1,9}$/.test(plain)) return undefined;
  const page = Number(plain);
  return page >= 1 && page <= last ? page : undefined;
}
