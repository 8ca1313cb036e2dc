import { describe, expect, it } from 'vitest';
import { chooseJava, findJava, type JavaInstallation, parseModules } from './java.ts';
import { releaseOf } from './releases.ts';

const java = (major: number, { jlink = true }: { jlink?: boolean } = {}): JavaInstallation => ({
  executable: `/jvm/${major}${jlink ? '' : '-jre'}/bin/java`,
  major,
  modules: ['java.base', ...(jlink ? ['jdk.jlink'] : [])],
});

const newest = releaseOf('26.9').java;
const oldest = releaseOf('9.9').java;

describe('chooseJava', () => {
  it('wants 17, neither older nor newer, for 9.9 and 10.7', () => {
    expect(chooseJava([java(11), java(21), java(17, { jlink: false }), java(25)], oldest)?.major).toBe(17);
    expect(chooseJava([java(11), java(21)], oldest)).toBeUndefined();
    expect(releaseOf('10.7').java).toEqual(oldest);
  });

  it('wants a full JDK from 21 on for 26.9', () => {
    expect(chooseJava([java(17), java(25, { jlink: false }), java(21, { jlink: false })], newest)).toBeUndefined();
    expect(chooseJava([java(17), java(25, { jlink: false }), java(21)], newest)?.executable).toBe('/jvm/21/bin/java');
  });

  it('prefers long-term releases, then the newest', () => {
    expect(chooseJava([java(21), java(26), java(25)], newest)?.major).toBe(25);
    expect(chooseJava([java(22), java(24)], newest)?.major).toBe(24);
  });
});

describe('parseModules', () => {
  it('reads the version of java.base and every module', () => {
    const output = 'java.base@25.0.3\njava.compiler@25.0.3\njdk.jlink@25.0.3\n';
    expect(parseModules('/j', output)).toEqual({
      executable: '/j',
      major: 25,
      modules: ['java.base', 'java.compiler', 'jdk.jlink'],
    });
    expect(parseModules('/j', 'Unrecognized option: --list-modules')).toBeUndefined();
  });
});

describe('findJava', () => {
  it('names what is needed, what was found and the package', async () => {
    const never = { majors: [3], module: undefined, wanted: 'Java 3', package: 'openjdk-3-jre' };
    await expect(findJava(never, { env: {}, account: undefined })).rejects.toMatchObject({
      code: 'lab_java_missing',
      message: expect.stringMatching(/^This server needs Java 3; found: (no Java at all|Java \d+ at )/),
      remedy: expect.stringContaining('openjdk-3-jre'),
    });
  });
});
