import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Leaves the server only these of the vendor’s analysers, all when left out: each one more is loaded at every start, and
 * brings hundreds of rules that are compared and indexed. What is set aside comes back when it is wanted again.
 */
export async function chooseAnalysers(home: string, names: readonly string[] | undefined): Promise<void> {
  const used = join(home, 'lib/extensions');
  const aside = join(home, 'lib/extensions-set-aside');
  const isWanted = (file: string): boolean => names === undefined || names.includes(analyserOf(file));
  const [inUse, setAside] = await Promise.all([used, aside].map((folder) => readdir(folder).catch(() => [])));
  const leaving = (inUse ?? []).filter((file) => !isWanted(file));
  if (leaving.length > 0) await mkdir(aside, { recursive: true });
  for (const file of leaving) await rename(join(used, file), join(aside, file));
  for (const file of (setAside ?? []).filter(isWanted)) await rename(join(aside, file), join(used, file));
}

/** `java` of sonar-java-plugin-8.41.0.47177.jar. */
function analyserOf(file: string): string {
  return /^sonar-(.+)-plugin-/.exec(file)?.[1] ?? file;
}
