import { z } from 'zod';

/** Name of a page: its path below `docs/` without ending, `readme` for the first. */
const pageName = z.string().regex(/^[a-z0-9][a-z0-9/-]*$/);

const heading = z.object({ id: z.string(), text: z.string(), level: z.int() });

export const HelpPageQuery = z.strictObject({ name: pageName.max(200) });
export const HelpPictureQuery = z.strictObject({ name: z.string().max(200) });
export const HelpSearchQuery = z.strictObject({ text: z.string().max(200) });

export const HelpIndex = z.object({ pages: z.array(z.object({ name: pageName, title: z.string() })) });
export type HelpIndex = z.infer<typeof HelpIndex>;

export const HelpPage = z.object({
  name: pageName,
  title: z.string(),
  /** Made of the product's own documentation, without scripts, styles or foreign HTML. */
  html: z.string(),
  /** Below the title, in order. Their ids stand in the HTML with `doc-` before them. */
  headings: z.array(heading),
});
export type HelpPage = z.infer<typeof HelpPage>;

export const HelpHits = z.object({
  hits: z.array(
    z.object({
      page: pageName,
      pageTitle: z.string(),
      /** Heading the text stands under; null above the first. */
      heading: heading.nullable(),
      excerpt: z.string(),
    }),
  ),
});
export type HelpHits = z.infer<typeof HelpHits>;
