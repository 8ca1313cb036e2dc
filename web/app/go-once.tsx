import { type NavigateOptions, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/**
 * Leads elsewhere as soon as it is drawn, and only once: the page around it stays until the other one has loaded, and
 * its address changes meanwhile.
 */
export function GoOnce(props: NavigateOptions): null {
  const navigate = useNavigate();
  const [options] = useState(props);
  useEffect(() => {
    void navigate({ ...options, replace: true });
  }, [navigate, options]);
  return null;
}
