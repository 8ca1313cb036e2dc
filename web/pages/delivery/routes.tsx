import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { deliverySearch } from './search.ts';

const delivery = createRoute({
  getParentRoute: () => shell,
  path: '/insights/delivery',
  validateSearch: deliverySearch,
  staticData: { help: 'deployments#delivery-figures', name: { label: 'Delivery', place: 'Insights' } },
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
});

export const routes = [delivery] as const;

export const places: readonly Place[] = [{ label: 'Delivery', icon: 'trend', link: { to: '/insights/delivery' } }];
