import { z } from 'zod';
import type { AppliedBinding } from '../../../features/repositories/contract.ts';
import { ApiFailure } from '../api-client.ts';
import { exitCodes } from '../output.ts';
import type { ApplySection, SectionOutcome } from './section.ts';

/** Which repository of Bitbucket a SonarQube project is of. */
const Binding = z.strictObject({
  /** Key of the project. */
  project: z.string().min(1),
  /** Name of its SonarQube integration; left out: whichever has the key. */
  sonarqube: z.string().optional(),
  /** Address of a page of the repository, or PROJECT/slug. */
  repository: z.string().min(1),
  /** Name of the Bitbucket integration; left out: whichever has the repository. */
  integration: z.string().optional(),
  mono: z.boolean().optional(),
  annotations: z.boolean().optional(),
  buildStatus: z.boolean().optional(),
  summaryComment: z.boolean().optional(),
  prefix: z.string().optional(),
  reportKey: z.string().optional(),
});

const Bindings = z.array(Binding).superRefine((bindings, context) => {
  const names = bindings.map(({ project, sonarqube = '' }) => `${sonarqube} ${project}`);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index)))
    context.addIssue({ code: 'custom', message: `the project${name} is there twice; it is of one repository` });
});

/** Bindings that the file does not name stay as they are. */
export const bindings: ApplySection<z.infer<typeof Bindings>> = {
  name: 'bindings',
  shape: Bindings,
  async apply(entries, { api, terminal, dryRun, json }) {
    const results: unknown[] = [];
    let code: SectionOutcome['code'] = exitCodes.good;
    for (const entry of entries) {
      const path = `api/v1/bindings/declared${dryRun ? '?dryRun=true' : ''}`;
      try {
        const applied = await api.send<AppliedBinding>('PUT', path, entry);
        const { created, changes } = applied;
        const what = created ? 'bound' : changes.length > 0 ? `changed (${changes.join(', ')})` : 'unchanged';
        const would = dryRun && what !== 'unchanged' ? 'would be ' : '';
        if (!json) terminal.out(`binding ${entry.project}: ${would}${what}\n`);
        results.push({ binding: entry.project, ...applied });
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        // What follows one that is refused is applied all the same.
        code = exitCodes.bad;
        if (!json) terminal.err(`binding ${entry.project}: not applied, ${error.code}: ${error.message}\n`);
        results.push({ binding: entry.project, error: { code: error.code, message: error.message } });
      }
    }
    return { code, results };
  },
};
