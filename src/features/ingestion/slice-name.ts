/** What people call a slice: its key without the kind of thing it is. */
export const sliceName = (slice: string): string => slice.slice(slice.indexOf(':') + 1);
