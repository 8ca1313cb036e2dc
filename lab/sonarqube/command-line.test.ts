import { describe, expect, it } from 'vitest';
import { belongsTo, ownMark, serverArguments } from './command-line.ts';
import { releaseOf } from './releases.ts';

const home = '/state/lab/sonarqube-26.9/server';
const release = releaseOf('26.9');
const ports = { web: 1, search: 2, database: 3 };

describe('serverArguments', () => {
  it('binds to loopback on the chosen ports, and a given property wins', () => {
    const args = serverArguments({
      home,
      release,
      ports,
      properties: { 'sonar.web.context': '/sonar', 'sonar.forceAuthentication': 'false' },
      shortLived: false,
    });
    expect(args).toEqual(
      expect.arrayContaining([
        '-Dsonar.web.host=127.0.0.1',
        '-Dsonar.web.port=1',
        '-Dsonar.search.port=2',
        '-Dsonar.embeddedDatabase.port=3',
        '-Dsonar.web.context=/sonar',
        '-Dsonar.telemetry.enable=false',
      ]),
    );
    expect(args.slice(-2)).toEqual(['-jar', `${home}/lib/sonar-application-26.9.0.129388.jar`]);
  });

  it('compiles quickly what is soon stopped again, and nothing else', () => {
    const quick = (shortLived: boolean): string[] =>
      serverArguments({ home, release, ports, properties: {}, shortLived }).filter((arg) => arg.includes('TieredStop'));
    expect(quick(false)).toEqual([]);
    expect(quick(true).map((arg) => arg.replace(/=.*/, ''))).toEqual([
      '-XX:TieredStopAtLevel',
      '-Dsonar.search.javaOpts',
      '-Dsonar.web.javaOpts',
      '-Dsonar.ce.javaOpts',
    ]);
  });
});

describe('belongsTo', () => {
  it('knows the main process and the Java processes below it, and nobody else', () => {
    const main = ['/jvm/bin/java', ...serverArguments({ home, release, ports, properties: {}, shortLived: true })].join(
      ' ',
    );
    expect(main).toContain(`${ownMark(home)} `);
    expect(belongsTo(home, main)).toBe(true);
    expect(belongsTo(home, `/jvm/bin/java -Djava.io.tmpdir=${home}/temp -jar x.jar`)).toBe(true);
    expect(belongsTo(home, `tail -f ${home}/logs/sonar.log`)).toBe(false);
    expect(belongsTo('/state/lab/sonarqube-26.9/serv', main)).toBe(false);
    expect(belongsTo('/other/lab/sonarqube-26.9/server', main)).toBe(false);
  });
});
