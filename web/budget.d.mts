export interface WeighedPage {
  page: string;
  weights: { file: string; bytes: number }[];
  /** Bytes after gzip of everything that is loaded with the page. */
  total: number;
}

export interface Weighed {
  /** The heaviest first. */
  pages: WeighedPage[];
  budget: number;
}

export function weigh(folder: string): Weighed;
