import { useUnreadCount } from '@confab/react';
import { useEffect } from 'react';

/** Shows the number of unread messages in the title of the window. */
export function useUnreadTitle(): void {
  const unreadCount = useUnreadCount();
  useEffect(() => {
    document.title = unreadCount ? `(${unreadCount}) Confab` : 'Confab';
    return () => {
      document.title = 'Confab';
    };
  }, [unreadCount]);
}
