/**
 * A list in one text: members separated by commas. A comma that belongs to a member is written `\,`, a backslash `\\`;
 * a backslash before anything else is one. Empty members are left out.
 */
export function joinList(members: readonly string[]): string {
  return members.map((member) => member.replaceAll('\\', '\\\\').replaceAll(',', '\\,')).join(',');
}

export function splitList(text: string): string[] {
  const members: string[] = [];
  let member = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const next = text[at + 1];
    if (character === '\\' && (next === ',' || next === '\\')) {
      member += next;
      at += 1;
    } else if (character === ',') {
      members.push(member);
      member = '';
    } else member += character;
  }
  members.push(member);
  return members.filter((one) => one !== '');
}
