/** The listed key a person most likely meant, in whatever case: at most two typing errors; null when none is near. */
export function nearMatch(wanted: string, listed: readonly string[]): string | null {
  const lower = wanted.toLowerCase();
  let best: string | null = null;
  let bestDistance = 3;
  for (const key of listed) {
    // Stryker disable next-line ConditionalExpression,EqualityOperator: saves the work, as the distance is never less
    if (Math.abs(key.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(key.toLowerCase(), lower);
    if (distance < bestDistance) [best, bestDistance] = [key, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
