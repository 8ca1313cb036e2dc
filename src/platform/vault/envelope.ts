import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Binds a sealed value to its place: moved to another row or field it does not open. */
export interface Place {
  table: string;
  row: string | number;
  field: string;
}

const box = z.strictObject({ nonce: z.base64(), tag: z.base64(), text: z.base64() });

/** What the database stores: a data key wrapped by the master key `keyId`, and the text under the data key. */
export const Sealed = z.strictObject({ version: z.literal(1), keyId: z.string(), dataKey: box, secret: box });
export type Sealed = z.infer<typeof Sealed>;

export interface MasterKey {
  id: string;
  key: Buffer;
}

export const keyBytes = 32;

export function masterKey(key: Buffer): MasterKey {
  if (key.length !== keyBytes) throw new RangeError(`a master key has ${keyBytes} bytes`);
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 16), key };
}

export function seal(master: MasterKey, place: Place, text: string): Sealed {
  const dataKey = randomBytes(keyBytes);
  const associated = associatedData(place);
  return {
    version: 1,
    keyId: master.id,
    dataKey: encrypt(master.key, dataKey, associated),
    secret: encrypt(dataKey, Buffer.from(text, 'utf8'), associated),
  };
}

/** Throws when the key, the place or a single bit is another. */
export function unseal(master: MasterKey, place: Place, sealed: Sealed): string {
  const associated = associatedData(place);
  const dataKey = decrypt(master.key, sealed.dataKey, associated);
  return decrypt(dataKey, sealed.secret, associated).toString('utf8');
}

/** Wraps the data key anew; the secret's own encryption stays. Throws as `unseal`. */
export function rewrap(keys: { from: MasterKey; to: MasterKey }, place: Place, sealed: Sealed): Sealed {
  const associated = associatedData(place);
  const dataKey = decrypt(keys.from.key, sealed.dataKey, associated);
  return { ...sealed, keyId: keys.to.id, dataKey: encrypt(keys.to.key, dataKey, associated) };
}

/** JSON keeps `a/b` + `c` apart from `a` + `b/c`. */
function associatedData(place: Place): Buffer {
  return Buffer.from(JSON.stringify([place.table, String(place.row), place.field]), 'utf8');
}

// GCM's recommended nonce; each data key seals one text, and a master key far fewer than 2^32 data keys.
const nonceBytes = 12;

function encrypt(key: Buffer, text: Buffer, associated: Buffer): z.infer<typeof box> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated);
  const encrypted = Buffer.concat([cipher.update(text), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: encrypted.toString('base64'),
  };
}

function decrypt(key: Buffer, boxed: z.infer<typeof box>, associated: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(boxed.nonce, 'base64'), { authTagLength: 16 });
  decipher.setAAD(associated);
  decipher.setAuthTag(Buffer.from(boxed.tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(boxed.text, 'base64')), decipher.final()]);
}
