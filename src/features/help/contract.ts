import { z } from 'zod';

/** Name of a page: its path below `docs/` without ending, `readme` for the first. */
const pageName = z.string().regex(/^[a-z0-9][a-z0-9/-]*$/);

const heading = z.object({ id: z.string(), text: z.string(), level: z.int() });

export const helpPageQuery = z.strictObject({ name: pageName.max(200) });
export const helpPictureQuery = z.strictObject({ name: z.string().max(200) });
export const helpSearchQuery = z.strictObject({ text: z.string().max(200) });

export const helpIndex = z.object({ pages: z.array(z.object({ name: pageName, title: z.string() })) });
export type HelpIndex = z.infer<typeof helpIndex>;

export const helpPage = z.object({
  name: pageName,
  title: z.string(),
  /** Made of the product's own documentation, without scripts, styles or foreign HTML. */
  html: z.string(),
  /** Below the title, in order. Their ids stand in the HTML with `doc-` before them. */
  headings: z.array(heading),
});
export type HelpPage = z.infer<typeof helpPage>;

export const helpHits = z.object({
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
export type HelpHits = z.infer<typeof helpHits>;
