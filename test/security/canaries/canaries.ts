import { randomBytes } from 'node:crypto';

/** A secret of the story, which may be found nowhere it was not handed over. */
export interface Canary {
  name: string;
  value: string;
  /** Leading characters shown on purpose, to recognise it by; the first eight looked for come after them. */
  shown: number;
}

/** What the story planted. Add to it with `add` what the product made, with `make` what a person enters. */
export interface Canaries {
  readonly all: readonly Canary[];
  /** A secret nobody else has, with everything in it that encodings change. */
  make(name: string, prefix?: string): string;
  /** One that the product or an outside system made. */
  add(name: string, value: string, shown?: number): string;
}

export function createCanaries(): Canaries {
  const all: Canary[] = [];
  const add = (name: string, value: string, shown = 0): string => {
    if (value.length < 16 + shown) throw new Error(`${name} is too short to be looked for by its ends`);
    all.push({ name, value, shown });
    return value;
  };
  return {
    all,
    add,
    // Slash, plus, quote, backslash, ampersand and space differ between the encodings that are looked for.
    make: (name, prefix = '') => add(name, `${prefix}${random(12)}/+"\\& ${random(12)}`, prefix.length),
  };
}

const random = (bytes: number): string => randomBytes(bytes).toString('hex');

const ends = 8;

/** Every form in which a secret could be met. Each is a text to look for, with its name. */
export function formsOf({ value, shown }: Canary): { form: string; text: string }[] {
  const plain = [
    { form: 'plain', text: value },
    { form: `first ${ends} characters`, text: value.slice(shown, shown + ends) },
    { form: `last ${ends} characters`, text: value.slice(-ends) },
  ];
  const encoded = [
    { form: 'URL-encoded', text: encodeURIComponent(value) },
    { form: 'form-encoded', text: new URLSearchParams([['', value]]).toString().slice(1) },
    { form: 'JSON-escaped', text: JSON.stringify(value).slice(1, -1) },
    { form: 'JSON in JSON', text: JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1) },
    { form: 'hexadecimal', text: Buffer.from(value).toString('hex') },
    ...[0, 1, 2].flatMap((before) => base64At(value, before)),
  ];
  const seen = new Set<string>();
  return [...plain, ...encoded].filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** The characters of base64 that depend on nothing but the secret, when so many bytes come before it. */
function base64At(value: string, before: number): { form: string; text: string }[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
  const all = bytes.toString('base64');
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  const text = all.slice(first, last);
  const url = text.replaceAll('+', '-').replaceAll('/', '_');
  return [
    { form: `base64, alignment ${before}`, text },
    { form: `base64url, alignment ${before}`, text: url },
  ];
}

export interface Sighting {
  canary: string;
  form: string;
  place: string;
}

/** Looks for every form of every canary in a place. */
export function search(place: string, text: string, canaries: readonly Canary[]): Sighting[] {
  return canaries.flatMap((canary) =>
    formsOf(canary)
      .filter((form) => text.includes(form.text))
      .map(({ form }) => ({ canary: canary.name, form, place })),
  );
}
