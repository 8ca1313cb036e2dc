import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/roots.ts';
import { pipelineSearch, pipelinesSearch } from './search.ts';

const pipelines = createRoute({
  getParentRoute: () => shell,
  path: '/deployments/pipelines',
  validateSearch: pipelinesSearch,
  staticData: { help: 'harness#pipelines', name: { label: 'Pipelines', place: 'Deployments' } },
  component: lazyRouteComponent(() => import('./pipelines-page.tsx'), 'PipelinesPage'),
});

const pipeline = createRoute({
  getParentRoute: () => shell,
  path: '/deployments/pipelines/$integration/$organization/$project/$pipeline',
  validateSearch: pipelineSearch,
  staticData: { help: 'harness#pipelines' },
  component: lazyRouteComponent(() => import('./pipeline-page.tsx'), 'PipelinePage'),
});

export const routes = [pipelines, pipeline] as const;
