import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { pipelineSearch, pipelinesSearch } from './search.ts';

const pipelines = createRoute({
  getParentRoute: () => shell,
  path: '/pipelines',
  validateSearch: pipelinesSearch,
  staticData: { help: 'harness#pipelines', name: { label: 'Pipelines', place: 'Page' } },
  component: lazyRouteComponent(() => import('./pipelines-page.tsx'), 'PipelinesPage'),
});

const pipeline = createRoute({
  getParentRoute: () => shell,
  path: '/pipelines/$integration/$organization/$project/$pipeline',
  validateSearch: pipelineSearch,
  staticData: { help: 'harness#pipelines' },
  component: lazyRouteComponent(() => import('./pipeline-page.tsx'), 'PipelinePage'),
});

export const routes = [pipelines, pipeline] as const;

export const places: readonly Place[] = [{ label: 'Pipelines', icon: 'play', link: { to: '/pipelines' } }];
