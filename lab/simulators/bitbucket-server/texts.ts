/** A server speaks the language of its users; nobody may tell errors apart by their words. */
export type Language = 'en' | 'de';

export type Words = Readonly<Record<Language, string>>;

/** The same in both, e.g. what holds nothing but a name. */
export const alike = (text: string): Words => ({ en: text, de: text });
