import type { Tabs } from '../ports';

/** For platforms without other tabs, and for clients that share no storage with any: this one leads. */
export const singleTab: Tabs = {
  kind: 'single',
  lead(_name, onChange) {
    onChange(true);
    return { insist: () => undefined, withdraw: () => undefined };
  },
  join: () => ({ post: () => undefined, close: () => undefined }),
};
