import { useDraft, usePresence, useProfiles, useTyping } from '@confab/react';
import { otherOf } from '../../lib/people';
import { joinNames, visibleName } from '../../lib/names';
import { previewOf } from '../../lib/preview';
import { plainText } from '../../lib/rich-text';
import type { Conversation } from '../../lib/types';
import { Avatar } from '../avatar';

export interface FaceProps {
  readonly conversation: Conversation;
  readonly currentUserId: string | null;
  /** Whether the other one of a direct conversation was there lately. */
  readonly wasSeen: boolean;
  readonly isOpen: boolean;
}

interface StillProps extends FaceProps {
  readonly presence?: 'online' | 'away' | 'busy' | null;
  readonly typers?: readonly string[];
}

/** The picture and the line under the name, with who is there and who is typing: for rows in view. */
export function LiveFace({ conversation, currentUserId, wasSeen, isOpen }: FaceProps) {
  const presence = usePresence(conversation.id);
  const { typers } = useTyping(conversation.id);
  const other = otherOf(conversation, currentUserId);
  const state = other && presence[other.userId]?.state;
  return (
    <StillFace
      conversation={conversation}
      currentUserId={currentUserId}
      wasSeen={wasSeen}
      isOpen={isOpen}
      typers={typers.map(({ displayName }) => displayName)}
      {...(state && { presence: state === 'offline' ? null : state })}
    />
  );
}

export function StillFace({
  conversation,
  currentUserId,
  wasSeen,
  isOpen,
  presence = wasSeen ? 'online' : null,
  typers = [],
}: StillProps) {
  const other = otherOf(conversation, currentUserId);
  return (
    <>
      <Avatar
        id={other?.userId ?? conversation.id}
        name={visibleName(conversation.name)}
        presence={presence}
      />
      <span className="conversation-preview" dir="auto">
        {typers.length > 0 ? (
          <span className="conversation-typing">{typingText(conversation, typers)}</span>
        ) : (
          <PreviewText conversation={conversation} currentUserId={currentUserId} isOpen={isOpen} />
        )}
      </span>
    </>
  );
}

function typingText({ kind }: Conversation, typers: readonly string[]): string {
  if (kind === 'direct') return 'typing …';
  const who = typers.length > 2 ? `${typers.length} people` : joinNames(typers);
  return `${who} ${typers.length === 1 ? 'is' : 'are'} typing …`;
}

function PreviewText({ conversation, currentUserId, isOpen }: Omit<FaceProps, 'wasSeen'>) {
  const { who, what } = previewOf(conversation, currentUserId, useProfiles());
  const draft = plainText(useDraft(conversation.id).draft?.content ?? '');
  // Where it is open, it stands in the field.
  if (draft !== '' && !isOpen)
    return (
      <>
        <span className="conversation-draft">Draft:</span> {draft}
      </>
    );
  return (
    <>
      {who !== null && (
        <>
          <bdi>{visibleName(who)}</bdi>:{' '}
        </>
      )}
      {what}
    </>
  );
}
