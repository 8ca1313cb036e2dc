export interface Version {
  text: string;
  major: number;
  minor: number;
}

/** `9.4.24`, `10.2.0-rc1`, `8.0.0-m12`: numbers with whatever follows them. Null where there are none. */
export function parseVersion(text: string): Version | null {
  const [, major, minor] = /^\s*(\d{1,6})\.(\d{1,6})/.exec(text) ?? [];
  return major === undefined ? null : { text: text.trim(), major: Number(major), minor: Number(minor) };
}

/** Code Insights came with 5.15. */
export const hasCodeInsights = ({ major, minor }: Version): boolean => major > 5 || (major === 5 && minor >= 15);
