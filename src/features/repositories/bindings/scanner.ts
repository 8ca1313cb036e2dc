/** What a scanner must be told of a bound project. */
export interface ScannedProject {
  url: string;
  key: string;
  name: string;
  /** Main branch, where it is known. */
  mainBranch: string | null;
  mono: boolean;
  /** Folder of the repository that the project is of; '' for the whole. */
  prefix: string;
  /** False: the limit to the folder is to be sent with each analysis, as the server does not hold it. */
  limited: boolean;
  /** Whether the server analyses pull requests; null: not known. */
  pullRequests: boolean | null;
}

export interface ScannerCommands {
  maven: string;
  gradle: string;
  dotnet: string;
  cli: string;
}

/** The folder as `sonar.inclusions` names it; null for the whole repository. */
export const inclusionOf = ({ mono, prefix }: Pick<ScannedProject, 'mono' | 'prefix'>): string | null =>
  mono && prefix !== '' ? `${prefix}/**/*` : null;

/**
 * What a pipeline runs for a pull request. Values that the pipeline knows are names of variables; the token is never
 * written out.
 */
export function scannerCommands(project: ScannedProject): ScannerCommands {
  const parameters = parametersOf(project);
  const [key, ...others] = parameters;
  const dash = parameters.map(([name, value]) => `-D${name}=${value}`);
  const lines = (first: string, rest: readonly string[]): string => [first, ...rest].join(' \\\n  ');
  const slash = others.filter(([name]) => name !== 'sonar.projectName').map(([name, value]) => `/d:${name}=${value}`);
  const begin = [`/k:${key?.[1]}`, `/n:${quoted(project.name)}`, ...slash, '/d:sonar.token="$SONAR_TOKEN"'];
  return {
    maven: lines('mvn verify sonar:sonar', [...dash, '-Dsonar.token="$SONAR_TOKEN"']),
    gradle: lines('./gradlew sonar', [...dash, '-Dsonar.token="$SONAR_TOKEN"']),
    dotnet: [
      lines('dotnet sonarscanner begin', begin),
      'dotnet build',
      'dotnet sonarscanner end /d:sonar.token="$SONAR_TOKEN"',
    ].join('\n'),
    cli: lines('sonar-scanner', [...dash, '-Dsonar.token="$SONAR_TOKEN"']),
  };
}

function parametersOf(project: ScannedProject): [name: string, value: string][] {
  const inclusion = project.limited ? null : inclusionOf(project);
  return [
    ['sonar.projectKey', quoted(project.key)],
    ['sonar.projectName', quoted(project.name)],
    ['sonar.host.url', quoted(project.url)],
    ...(inclusion === null ? [] : ([['sonar.inclusions', quoted(inclusion)]] as [string, string][])),
    ...(project.pullRequests === false ? [] : pullRequestParameters(project.mainBranch)),
  ];
}

const pullRequestParameters = (mainBranch: string | null): [string, string][] => [
  ['sonar.pullrequest.key', '"$PULL_REQUEST_ID"'],
  ['sonar.pullrequest.branch', '"$SOURCE_BRANCH"'],
  ['sonar.pullrequest.base', mainBranch === null ? '"$TARGET_BRANCH"' : `"\${TARGET_BRANCH:-${bare(mainBranch)}}"`],
];

/** Inside double quotes of a shell nothing is left to mean anything but itself. */
const bare = (text: string): string => text.replaceAll(/["$`\\!]/g, (sign) => `\\${sign}`);

/** As one word of a shell that stands for itself. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
