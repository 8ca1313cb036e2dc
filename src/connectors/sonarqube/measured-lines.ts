import { isPlumblineError } from '../../platform/errors/index.ts';
import type { LineRanges, MeasuredLine, MeasuredLines } from '../contract.ts';
import type { SonarClient } from './client.ts';
import { connect, type Context } from './connect.ts';
import { ComponentShow, ListedSetting, SettingValues, type SourceLine, SourceLines } from './schema.ts';

const smallChanges = 'sonar.qualitygate.ignoreSmallChanges';

/** Lines of a file of the main branch of a project. */
export const measuredLines: MeasuredLines<Context> = {
  async read(context, project, files) {
    const { client } = await connect(context);
    const read: (MeasuredLine[] | null)[] = [];
    for (const file of files) read.push(await linesOf(client, project, file));
    return read;
  },
  async ignoresSmallChanges(context, project) {
    const { client } = await connect(context);
    const params = { component: project, keys: smallChanges };
    const { settings } = await client.get(SettingValues, 'api/settings/values', params);
    const listed = settings.flatMap((raw) => ListedSetting.safeParse(raw).data ?? []);
    const set = listed.find(({ key }) => key === smallChanges);
    return (set?.value ?? set?.values?.[0]) !== 'false';
  },
};

async function linesOf(
  client: SonarClient,
  project: string,
  { path, ranges }: LineRanges,
): Promise<MeasuredLine[] | null> {
  const key = `${project}:${path}`;
  if (!(await isSource(client, key))) return null;
  const lines: MeasuredLine[] = [];
  for (const { from, to } of ranges) {
    const { sources } = await client.get(SourceLines, 'api/sources/lines', { key, from, to });
    lines.push(...sources.map(measured));
  }
  return lines;
}

/** What the analysis left out is not there; a test is a file of another kind. */
async function isSource(client: SonarClient, component: string): Promise<boolean> {
  try {
    return (await client.get(ComponentShow, 'api/components/show', { component })).component.qualifier === 'FIL';
  } catch (error) {
    if (isPlumblineError(error, 'project_not_found')) return false;
    throw error;
  }
}

const measured = (line: SourceLine): MeasuredLine => {
  const hits = line.lineHits ?? line.utLineHits ?? null;
  return {
    line: line.line,
    covered: hits === null ? null : hits > 0,
    conditions: line.conditions ?? line.utConditions ?? 0,
    coveredConditions: line.coveredConditions ?? line.utCoveredConditions ?? 0,
    duplicated: line.duplicated === true,
  };
};
