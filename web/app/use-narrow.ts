import { useSyncExternalStore } from 'react';

/** Width of a phone; the same number is in `web/styles/table.css`. */
const phone = '(max-width: 640px)';

const listen = (heard: () => void): (() => void) => {
  const query = matchMedia(phone);
  query.addEventListener('change', heard);
  return () => query.removeEventListener('change', heard);
};

export const useNarrow = (): boolean => useSyncExternalStore(listen, () => matchMedia(phone).matches);
