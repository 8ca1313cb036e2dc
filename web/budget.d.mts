export interface Weighed {
  weights: { file: string; bytes: number }[];
  /** Bytes after gzip of everything the first page loads. */
  total: number;
  budget: number;
}

export function weigh(folder: string): Weighed;
