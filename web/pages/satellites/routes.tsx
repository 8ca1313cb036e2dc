import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/roots.ts';

const satellites = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/satellites',
  staticData: { needs: 'integrations:read', help: 'satellite', name: { label: 'Satellites', place: 'Integrations' } },
  component: lazyRouteComponent(() => import('./satellites.tsx'), 'SatellitesPage'),
});

export const routes = [satellites] as const;
