import type { Queryable } from '../../platform/database/index.ts';
import { loadAnalyses } from './evaluate.ts';
import { judgeImage } from './kinds/sonarqube-quality-gates.ts';
import { compileMapping } from './mappings/rules.ts';
import type { Platform, PlatformVerdict } from './model.ts';
import { listRules, readSettings } from './store/settings.ts';

/**
 * Judges commits as images that say they were built from them would be judged, by the settings of now: for what runs of
 * which only the commit is known. Of the mappings only those of repositories speak, as there is no image to name.
 */
export async function judgeCommits(
  db: Queryable,
  commits: readonly string[],
): Promise<Map<string, Pick<PlatformVerdict, 'status' | 'reason' | 'projects' | 'flags'>>> {
  if (commits.length === 0) return new Map();
  const settings = await readSettings(db);
  const platforms = commits.map(platformOf);
  const analysesOf = await loadAnalyses(db, platforms, compileMapping(await listRules(db)), settings);
  return new Map(
    platforms.flatMap((platform): [string, PlatformVerdict][] => {
      const judged = judgeImage({ platforms: [platform], problem: null, required: [] }, analysesOf, settings);
      return judged.platforms.map((one) => [platform.digest, one]);
    }),
  );
}

const whole = 40;

function platformOf(commit: string): Platform {
  return {
    id: 0,
    digest: commit,
    name: null,
    outcome: 'resolved',
    trust: 'client',
    repositoryKey: null,
    repositoryUrl: null,
    repositoryKnown: false,
    commit,
    commitExact: commit.length >= whole,
    dirty: false,
    ref: null,
    subdir: null,
    inherited: false,
    warnings: [],
    narrowedTo: null,
  };
}
