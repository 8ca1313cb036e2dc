import { z } from 'zod';
import { documentedKey, plainKey } from './report-key.ts';
import { type BoundProject, effectiveKey } from './rules.ts';

/** What the SonarQube server said of a project, as it is stored with its binding. */
export const Origin = z.object({
  bound: z
    .object({
      kind: z.string(),
      base: z.string().nullable(),
      project: z.string(),
      repository: z.string(),
      mono: z.boolean(),
    })
    .nullable(),
  links: z.array(z.string()),
  pullRequests: z.boolean().nullable(),
});
export type Origin = z.infer<typeof Origin>;

/** Where the reports of a bound project go. */
export interface ReportedPlace {
  base: string | null;
  project: string;
  slug: string;
}

export type OwnReports = 'none' | 'same_key' | 'unknown';

/**
 * Whether SonarQube writes reports itself under the key of ours: it does so on what it is bound to, in every edition
 * that analyses pull requests. One whose edition is not told is taken for such a one.
 */
export function ownReports(origin: Origin | null, binding: BoundProject, place: ReportedPlace): OwnReports {
  if (origin === null) return 'unknown';
  const { bound, pullRequests } = origin;
  if (bound === null || bound.kind !== 'bitbucket' || pullRequests === false) return 'none';
  const there =
    bound.project.toLowerCase() === place.project.toLowerCase() &&
    bound.repository.toLowerCase() === place.slug.toLowerCase() &&
    (bound.base === null || place.base === null || trimmed(bound.base) === trimmed(place.base));
  const key = bound.mono ? documentedKey(binding.projectKey) : plainKey;
  return there && key === effectiveKey(binding) ? 'same_key' : 'none';
}

const trimmed = (base: string): string => base.replace(/\/$/, '').toLowerCase();
