import { createHash } from 'node:crypto';
import { pushImage } from '../registry/pushed-image.ts';
import type { HarnessSimulator } from '../simulators/harness/index.ts';

/** A service of the small world: its project, its image and its deployment are all of one commit. */
export interface Service {
  name: string;
  projectKey: string;
  repository: string;
  commit: string;
  /** Of the quality gate of that commit. */
  passes: boolean;
}

const service = (name: string, passes: boolean): Service => {
  const identifier = name.toLowerCase();
  const projectKey = `first-answer-${identifier}`;
  const commit = createHash('sha1').update(projectKey).digest('hex');
  return { name, projectKey, repository: `first-answer/${identifier}`, commit, passes };
};

export const services: readonly Service[] = [service('Payments', false), service('Catalogue', true)];

const hour = 3_600_000;

/** Pushes the image of each service and deploys it, some hours ago: nobody tells the hub of either. */
export async function buildAndDeploy(registry: string, { state, world }: HarnessSimulator): Promise<void> {
  state.addOrganization({ identifier: 'shop', name: 'Shop' });
  const project = state.addProject({ organization: 'shop', identifier: 'shop', name: 'Shop' });
  const production = { identifier: 'production', name: 'Production', type: 'Production' } as const;
  state.addEnvironment(project, production);
  const pipeline = state.addPipeline(project, { identifier: 'release', name: 'Release', stages: ['production'] });
  for (const [index, { name, repository, commit }] of services.entries()) {
    const identifier = name.toLowerCase();
    const source = `https://git.example.com/shop/${identifier}.git`;
    const digest = await pushImage(registry, { repository, tag: '1.0' }, { commit, source, ref: 'refs/heads/main' });
    state.addService(project, { identifier, name });
    const at = new Date(world.now().getTime() - (services.length - index) * hour);
    const execution = state.start(pipeline, {
      at,
      stages: [
        {
          identifier: 'production',
          type: 'Deployment',
          deployment: {
            service: { identifier, name, type: 'Kubernetes' },
            environment: production,
            infrastructure: 'k8s',
            image: { host: new URL(registry).host, path: repository, tag: '1.0', digest },
          },
        },
      ],
    });
    const ended = new Date(at.getTime() + hour / 10);
    state.move(execution, 'Success', { stage: 'production', at: ended });
    state.move(execution, 'Success', { at: ended });
  }
}
