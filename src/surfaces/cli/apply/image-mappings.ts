import { z } from 'zod';
import type { AppliedMappings, MappingInput } from '../../../features/policy/contract.ts';
import { exitCodes } from '../output.ts';
import type { ApplySection } from './section.ts';

const MappedProject = z.union([
  z.string().min(1),
  z.strictObject({
    key: z.string().min(1),
    /** Name of a SonarQube integration; left out: whichever has the key. */
    integration: z.string().optional(),
    /** Directory in a mono repository; only with `repository`. */
    directory: z.string().optional(),
  }),
]);

/** Which projects images must have passed (`images`), or which repository projects are of (`repository`). */
const ImageMapping = z.strictObject({
  images: z.string().min(1).optional(),
  registry: z.string().optional(),
  repository: z.string().min(1).optional(),
  projects: z.array(MappedProject).min(1),
});

const ImageMappings = z.array(ImageMapping);

/** An empty list takes back what an earlier file said. */
export const imageMappings: ApplySection<z.infer<typeof ImageMappings>> = {
  name: 'imageMappings',
  shape: ImageMappings,
  async apply(entries, { api, terminal, dryRun, json }) {
    const mappings: MappingInput[] = entries.map(({ projects, ...place }) => ({
      ...place,
      projects: projects.map((project) => {
        if (typeof project === 'string') return { projectKey: project };
        const { key, integration = null, directory = null } = project;
        return { projectKey: key, integration, directory };
      }),
    }));
    const path = `api/v1/policy/mappings${dryRun ? '?dryRun=true' : ''}`;
    const applied = await api.send<AppliedMappings>('PUT', path, { mappings });
    const { added, removed, unchanged } = applied;
    const would = dryRun ? 'would be ' : '';
    if (!json)
      terminal.out(`image mappings: ${would}${added} added, ${would}${removed} ended, ${unchanged} unchanged\n`);
    return { code: exitCodes.good, results: [{ imageMappings: applied }] };
  },
};
