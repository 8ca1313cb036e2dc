import { join } from 'node:path';
import type { Ports, Release } from './releases.ts';

export interface ServerCommand {
  /** The unpacked distribution. */
  home: string;
  release: Release;
  ports: Ports;
  /** Further `sonar.` properties, e.g. `sonar.web.context`. */
  properties: Readonly<Record<string, string>>;
  /** Soon stopped again. */
  shortLived: boolean;
}

/** The optimising compiler takes a third of the processor time of a start, which pays off over hours. */
const quickly = '-XX:TieredStopAtLevel=1';

/**
 * Arguments for `java`. Heaps are the smallest that fed projects of 30,000 issues still fit in; telemetry and the
 * update centre would call the vendor; webhooks to loopback are refused unless their validation is off.
 */
export function serverArguments({ home, release, ports, properties, shortLived }: ServerCommand): string[] {
  // Elasticsearch chooses its collector itself.
  const [search, others] = shortLived ? [` ${quickly}`, ` ${quickly} -XX:+UseSerialGC`] : ['', ''];
  const settings: Record<string, string> = {
    'sonar.web.host': '127.0.0.1',
    'sonar.web.port': String(ports.web),
    'sonar.search.port': String(ports.search),
    'sonar.embeddedDatabase.port': String(ports.database),
    'sonar.telemetry.enable': 'false',
    'sonar.updatecenter.activate': 'false',
    'sonar.es.bootstrap.checks.disable': 'true',
    'sonar.validateWebhooks': 'false',
    'sonar.search.javaOpts': `-Xmx256m -Xms256m -XX:MaxDirectMemorySize=128m${search}`,
    'sonar.web.javaOpts': `-Xmx512m -Xms128m${others}`,
    'sonar.ce.javaOpts': `-Xmx512m -Xms128m${others}`,
    ...properties,
  };
  return [
    '-Xmx128m',
    ...(shortLived ? [quickly] : []),
    ownMark(home),
    ...Object.entries(settings).map(([name, value]) => `-D${name}=${value}`),
    '-jar',
    join(home, 'lib', `sonar-application-${release.release}.jar`),
  ];
}

/** Put on the main process so that a pid that was given to another program is not taken for our server. */
export function ownMark(home: string): string {
  return `-Dplumbline.lab=${home}`;
}

/** True for the main process and for the Java processes it starts, which name its directories in their arguments. */
export function belongsTo(home: string, commandLine: string): boolean {
  const program = commandLine.split(' ', 1)[0] ?? '';
  return program.endsWith('/java') && (commandLine.includes(`${home}/`) || commandLine.includes(`${home} `));
}
