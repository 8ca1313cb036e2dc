import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { chooseAnalysers } from './analysers.ts';

const [java, symbolic, php] = [
  'sonar-java-plugin-8.41.0.47177.jar',
  'sonar-java-symbolic-execution-plugin-8.16.4.1912.jar',
  'sonar-php-plugin-3.60.0.16641.jar',
];

it('sets the other analysers aside, and brings back what is wanted again', async () => {
  const home = await mkdtemp(join(tmpdir(), 'plumbline-analysers-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const used = join(home, 'lib/extensions');
  await mkdir(used, { recursive: true });
  for (const file of [java, symbolic, php]) await writeFile(join(used, file), file);
  await chooseAnalysers(home, undefined);
  expect(await readdir(used)).toEqual([java, symbolic, php]);
  await chooseAnalysers(home, ['java']);
  expect(await readdir(used)).toEqual([java]);
  await chooseAnalysers(home, ['php']);
  expect(await readdir(used)).toEqual([php]);
  await chooseAnalysers(home, undefined);
  expect((await readdir(used)).toSorted()).toEqual([java, symbolic, php].toSorted());
});
