const key = 'plumbline.sign-in';

/** Shows, when the provider sends somebody back, that this very browser went there. */
export const keepBinding = (binding: string): void => sessionStorage.setItem(key, binding);

/** Good for one return. */
export function takeBinding(): string {
  const binding = sessionStorage.getItem(key) ?? '';
  sessionStorage.removeItem(key);
  return binding;
}
