/** Servers that the simulator plays; `5.14` is the last one without Code Insights. */
export const profileNames = ['5.14', '5.15', '7.0', '7.21', '8.19', '9.4', '10.2'] as const;
export type ProfileName = (typeof profileNames)[number];

const releases: Record<ProfileName, string> = {
  '5.14': '5.14.4',
  '5.15': '5.15.1',
  '7.0': '7.0.5',
  '7.21': '7.21.0',
  '8.19': '8.19.2',
  '9.4': '9.4.24',
  '10.2': '10.2.0',
};

/** Major and minor. */
export type Version = readonly [number, number];

export interface Profile {
  name: ProfileName;
  /** As `application-properties` says it. */
  release: string;
  version: Version;
}

export function profileOf(name: ProfileName, release = releases[name]): Profile {
  const [major = 0, minor = 0] = name.split('.').map(Number);
  return { name, release, version: [major, minor] };
}

export const isAtLeast = ({ version }: Profile, [major, minor]: Version): boolean =>
  version[0] > major || (version[0] === major && version[1] >= minor);

/** `9.4.24` is 9004024. */
export function buildNumber({ release }: Profile): string {
  const [major = 0, minor = 0, patch = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return String(major * 1_000_000 + minor * 1000 + patch);
}
