export interface CatalogueEntry {
  /** HTTP status of our own API for this code. */
  status: number;
  /** True when the same call may succeed later without anybody changing anything. */
  retryable: boolean;
  /** One sentence in the reader's words. */
  title: string;
  /** What to do, one sentence. */
  remedy: string;
}
