/** A server version; Community Build counts years (`26.9`), Server too since 2025 (`2026.4`), before that 9.9 and 10.x. */
export interface Version {
  text: string;
  major: number;
  minor: number;
  build: number;
}

export function parseVersion(text: string): Version | null {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text.trim());
  if (!parts) return null;
  return { text: text.trim(), major: Number(parts[1]), minor: Number(parts[2]), build: Number(parts[4] ?? 0) };
}

/** Upgrades to another release alter issues, rules and measures without a date; patches do not. */
export function releaseOf(version: Version | null): string | null {
  return version === null ? null : `${version.major}.${version.minor}`;
}

/** 9.9 is the oldest version whose answers we know. */
export function isSupported(version: Version): boolean {
  return version.major > 9 || (version.major === 9 && version.minor >= 9);
}

/** Bearer tokens are understood from 10.0 on; before, any Bearer call is a 401. */
export function understandsBearer(version: Version): boolean {
  return version.major >= 10;
}

/**
 * Cloud answers with a version like `8.0.0.70000`. The last Server of that number was 8.0.0.29455, so a higher build is
 * Cloud behind another name (a mirror, a tunnel, a simulator).
 */
export function looksLikeCloud(version: Version): boolean {
  return version.major === 8 && version.minor === 0 && version.build > 30_000;
}

/** What a read must know before its first call. */
export interface Server {
  /** Null when `system/status` is blocked: everything is then found out by trying. */
  version: Version | null;
  /** Stable per installation; null when blocked. */
  id: string | null;
  isCloud: boolean;
}
