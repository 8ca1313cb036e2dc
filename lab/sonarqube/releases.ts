import type { MavenArtifact } from '../maven.ts';
import type { JavaRequirement } from './java.ts';

export const labVersions = ['9.9', '10.7', '26.9'] as const;
export type LabVersion = (typeof labVersions)[number];
export const newestVersion: LabVersion = '26.9';

export interface Release {
  version: LabVersion;
  /** The vendor's full number, which is also the artifact's. */
  release: string;
  java: JavaRequirement;
  /** Looked at first; another port is taken where somebody listens there. */
  preferredPorts: Ports;
}

export interface Ports {
  web: number;
  search: number;
  database: number;
}

const java17: JavaRequirement = {
  majors: [17],
  module: undefined,
  wanted: 'Java 17',
  package: 'openjdk-17-jre-headless',
};

/** The server itself runs `jlink` to make the runtimes it hands to scanners, hence a JDK and not a JRE. */
const fullJdk: JavaRequirement = {
  majors: 'from 21',
  module: 'jdk.jlink',
  wanted: 'a full JDK 21 or newer (with the module jdk.jlink)',
  package: 'openjdk-21-jdk-headless (Debian 13 and newer; on Debian 12 temurin-25-jdk from packages.adoptium.net)',
};

const releases: Record<LabVersion, Release> = {
  '9.9': {
    version: '9.9',
    release: '9.9.0.65466',
    java: java17,
    preferredPorts: { web: 9920, search: 9921, database: 9922 },
  },
  '10.7': {
    version: '10.7',
    release: '10.7.0.96327',
    java: java17,
    preferredPorts: { web: 9910, search: 9911, database: 9912 },
  },
  '26.9': {
    version: '26.9',
    release: '26.9.0.129388',
    java: fullJdk,
    preferredPorts: { web: 9900, search: 9901, database: 9902 },
  },
};

export function releaseOf(version: LabVersion): Release {
  return releases[version];
}

export function isLabVersion(text: string): text is LabVersion {
  return (labVersions as readonly string[]).includes(text);
}

export function serverArtifact({ release }: Release): MavenArtifact {
  return { group: 'org.sonarsource.sonarqube', artifact: 'sonar-application', version: release, type: 'zip' };
}

/** The last command line scanner that runs the analysis in its own process: half the memory, and it knows 9.9 too. */
export const scannerArtifact: MavenArtifact = {
  group: 'org.sonarsource.scanner.cli',
  artifact: 'sonar-scanner-cli',
  version: '5.0.1.3006',
  type: 'zip',
};
