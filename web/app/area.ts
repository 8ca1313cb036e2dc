import type { AnyRoute, LinkProps } from '@tanstack/react-router';
import type { IconName } from '../components/icons.tsx';

/** What `web/pages/<area>/routes.tsx` exports. */
export interface Area {
  /** Below the frame, each with its `staticData`. */
  routes: readonly AnyRoute[];
  /** Its entries of the left bar. */
  places?: readonly Place[];
}

/** An entry of the left bar: only pages that exist. */
export interface Place {
  label: string;
  icon: IconName;
  link: LinkProps;
  /** Heading over the first place of a group. */
  group?: string;
}

/** By the kind of system. */
export type HelpByKind = Readonly<Record<string, string>>;

/** What a page is called where pages are jumped to. One without a name is called by its path. */
export interface PageName {
  label: string;
  place: string;
  /** Offered only to who has it. */
  permission?: string;
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /**
     * Page and heading of the documentation that is about this page, or one for each kind of system the page can be about;
     * null for one that needs none.
     */
    help?: string | HelpByKind | null;
    /** Null for a page that nobody jumps to. */
    name?: PageName | null;
    /** Permission without which the page would only be refused, or `organization`: it is about all of it. */
    needs?: string;
  }
}
