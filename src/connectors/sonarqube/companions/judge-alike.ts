import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { SonarClient } from '../client.ts';
import { isClosed } from '../reader.ts';
import {
  GateByProject,
  ListedProfile,
  ListedSetting,
  NewCodePeriod,
  ProfilesSearch,
  SettingValues,
} from '../schema.ts';

/** Two projects of one server. */
interface Pair {
  from: string;
  to: string;
}

/** Has a project analysed and judged as another is: the same rules, the same files, the same gate, the same new code. */
export async function judgeAlike(client: SonarClient, pair: Pair): Promise<void> {
  await sameProfiles(client, pair);
  await sameGate(client, pair);
  await sameNewCode(client, pair);
  await sameSettings(client, pair);
}

async function sameProfiles(client: SonarClient, { from, to }: Pair): Promise<void> {
  const [wanted, there] = await Promise.all([profilesOf(client, from), profilesOf(client, to)]);
  for (const [language, name] of wanted) {
    if (there.get(language) === name) continue;
    await client.post('api/qualityprofiles/add_project', { project: to, language, qualityProfile: name });
  }
}

async function profilesOf(client: SonarClient, project: string): Promise<Map<string, string>> {
  const { profiles } = await client.get(ProfilesSearch, 'api/qualityprofiles/search', { project });
  const listed = profiles.flatMap((raw) => ListedProfile.safeParse(raw).data ?? []);
  return new Map(listed.map(({ language, name }) => [language, name]));
}

async function sameGate(client: SonarClient, { from, to }: Pair): Promise<void> {
  const gateOf = async (project: string): Promise<string> =>
    (await client.get(GateByProject, 'api/qualitygates/get_by_project', { project })).qualityGate.name;
  const [wanted, there] = await Promise.all([gateOf(from), gateOf(to)]);
  if (wanted !== there) await client.post('api/qualitygates/select', { projectKey: to, gateName: wanted });
}

/** What names a branch or an analysis means nothing in another project. */
const transferable = new Set(['PREVIOUS_VERSION', 'NUMBER_OF_DAYS']);

async function sameNewCode(client: SonarClient, { from, to }: Pair): Promise<void> {
  try {
    const period = await client.get(NewCodePeriod, 'api/new_code_periods/show', { project: from });
    if (period.inherited === true || !transferable.has(period.type ?? '')) return;
    await client.post('api/new_code_periods/set', { project: to, type: period.type, value: period.value });
  } catch (error) {
    // The hub finds new issues by itself: this is for people who look at the companion.
    if (!isClosed(error) && !isPlumblineError(error, 'upstream_error')) throw error;
  }
}

/** They name the project itself, its branches or how long its past is kept. */
const ownSettings = /^sonar\.(pullrequest|branch|projectName|projectVersion|links|dbcleaner|leak|core|plugins)\b/;

/** Which files are analysed, and which issues in them are ignored, is said by settings of the project. */
async function sameSettings(client: SonarClient, { from, to }: Pair): Promise<void> {
  const { settings } = await client.get(SettingValues, 'api/settings/values', { component: from });
  for (const raw of settings) {
    const setting = ListedSetting.safeParse(raw).data;
    if (setting === undefined || setting.inherited === true || ownSettings.test(setting.key)) continue;
    const { key, value, values, fieldValues } = setting;
    const fields = fieldValues?.map((one) => JSON.stringify(one));
    await client.post('api/settings/set', { component: to, key, ...theOne({ value, values, fieldValues: fields }) });
  }
}

function theOne(setting: {
  value: string | undefined;
  values: readonly string[] | undefined;
  fieldValues: readonly string[] | undefined;
}): Record<string, string | readonly string[]> {
  const { value, values, fieldValues } = setting;
  if (fieldValues !== undefined) return { fieldValues };
  if (values !== undefined) return { values };
  return value === undefined ? {} : { value };
}
