import type { LinkProps } from '@tanstack/react-router';
import type { IconName } from '../components/icons.tsx';

interface Place {
  label: string;
  icon: IconName;
  link: LinkProps;
  /** Heading over the first place of a group. */
  group?: string;
}

/** The left bar: only pages that exist. */
export const places: readonly Place[] = [
  { label: 'Security', icon: 'shield', link: { to: '/insights/security' }, group: 'Insights' },
  { label: 'Findings', icon: 'search', link: { to: '/findings' } },
  { label: 'Projects', icon: 'projects', link: { to: '/projects' } },
  { label: 'Images', icon: 'image', link: { to: '/images' } },
  { label: 'Policy', icon: 'check', link: { to: '/policy' } },
  { label: 'Integrations', icon: 'plug', link: { to: '/integrations' } },
  { label: 'Data', icon: 'data', link: { to: '/data' } },
  { label: 'Settings', icon: 'settings', link: { to: '/settings' } },
];
