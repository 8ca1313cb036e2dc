export interface PemText {
  blocks: string[];
  /** What stands outside of blocks, without space around it. */
  rest: string;
}

const beginning = /-----BEGIN [A-Z ]{1,60}-----/g;
const end = '-----END ';

/** Splits a text into its PEM blocks. A block that does not end is rest. */
export function readPem(text: string): PemText {
  const blocks: string[] = [];
  const rest: string[] = [];
  let at = 0;
  beginning.lastIndex = 0;
  for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
    const foot = text.indexOf(end, beginning.lastIndex);
    const close = foot === -1 ? -1 : text.indexOf('-----', foot + end.length);
    if (close === -1) break;
    rest.push(text.slice(at, found.index));
    at = close + '-----'.length;
    blocks.push(text.slice(found.index, at));
    beginning.lastIndex = at;
  }
  rest.push(text.slice(at));
  return { blocks, rest: rest.join('').trim() };
}
