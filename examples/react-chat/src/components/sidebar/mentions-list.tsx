import { useMentions } from '@confab/react';
import { plainText } from '../../lib/rich-text';
import { FoundMessage } from '../search/found-message';
import { ViewList } from './view-list';

/** Where others mention this user, newest first. */
export function MentionsList({ onClose }: { readonly onClose: () => void }) {
  const { messages, ...pages } = useMentions();
  return (
    <ViewList
      title="Mentions"
      emptyText="Nobody has mentioned you yet."
      isEmpty={messages.length === 0}
      onClose={onClose}
      {...pages}
    >
      {messages.map((message) => (
        <FoundMessage key={message.id} message={message} hasPlace>
          {plainText(message.content ?? 'Message deleted')}
        </FoundMessage>
      ))}
    </ViewList>
  );
}
