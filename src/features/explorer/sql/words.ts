const word = /'[^']*'|"[^"]*"|--[^\n\r]*|[\p{L}\p{N}_]+|\S/gu;
const plainWord = /[\p{L}\p{N}_]+|\S/gu;

/** What makes a text end elsewhere than at the next quote. */
const unlikeQuotes = /[\\$]|\/\*/;

/**
 * Whether a statement has more words, texts and signs than these. A text in quotes is one, unless the statement has means
 * to hide where its texts end; then what stands in them is counted too.
 */
export function hasMoreWordsThan(most: number, sql: string): boolean {
  const pattern = unlikeQuotes.test(sql) ? plainWord : word;
  let count = 0;
  for (const [found] of sql.matchAll(pattern)) if (!found.startsWith('--') && ++count > most) return true;
  return false;
}
