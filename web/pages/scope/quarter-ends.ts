const dayMs = 86_400_000;

/** Last days (UTC) of the quarters before the one that `now` lies in, the newest first. */
export function quarterEnds(now: Date, count: number): string[] {
  const quarter = Math.floor(now.getUTCMonth() / 3);
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), (quarter - back) * 3, 1) - dayMs).toISOString().slice(0, 10),
  );
}
