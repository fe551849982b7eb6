import type { Member } from '@confab/core';
import { useCurrentUser, useMembers, usePresence } from '@confab/react';
import { EllipsisVertical } from 'lucide-react';
import { errorText } from '../../lib/error-text';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import type { Conversation } from '../../lib/types';
import { Avatar } from '../avatar';
import { MenuButton, type MenuItem } from '../menu';

const ROLES = { owner: 'Owner', admin: 'Admin', member: '' };

/** Who is in a conversation; owners and admins see what they can change. */
export function MemberList({ conversation }: { readonly conversation: Conversation }) {
  const { id, role } = conversation;
  const currentUserId = useCurrentUser();
  const presence = usePresence(id);
  const { members, error, hasNextPage, fetchNextPage, remove, setRole, transferOwnership } = useMembers(id);
  const isManager = role !== 'member';

  const actionsOn = (member: Member): readonly MenuItem[] => {
    const { userId } = member;
    if (userId === currentUserId || !isManager || member.role === 'owner') return [];
    const isAdmin = member.role === 'admin';
    const ofOwner = [
      {
        label: isAdmin ? 'Make a member' : 'Make an admin',
        onSelect: () => report('change the role', setRole(userId, isAdmin ? 'member' : 'admin')),
      },
      { label: 'Make the owner', onSelect: () => report('hand it over', transferOwnership(userId)) },
    ];
    const removal = {
      label: 'Remove',
      isDangerous: true,
      onSelect: () => report('remove them', remove(userId)),
    };
    return role === 'owner' ? [...ofOwner, removal] : isAdmin ? [] : [removal];
  };
  return (
    <>
      {error && <p className="form-error">{errorText(error)}</p>}
      <ul className="member-list" aria-label="Members">
        {members.map((member) => {
          const { userId, profile } = member;
          const name = visibleName(profile.displayName);
          const state = presence[userId]?.state ?? 'offline';
          const items = actionsOn(member);
          return (
            <li key={userId} className="member">
              <Avatar id={userId} name={name} presence={state === 'offline' ? null : state} />
              <span className="person-name">
                <bdi>{name}</bdi>
                {userId === currentUserId && ' (you)'}
              </span>
              <span className="member-role">{ROLES[member.role]}</span>
              {items.length > 0 && (
                <MenuButton label={`Actions for ${name}`} groups={[{ items }]}>
                  <EllipsisVertical size={18} />
                </MenuButton>
              )}
            </li>
          );
        })}
      </ul>
      {hasNextPage && (
        <button className="button-link" onClick={() => void fetchNextPage().catch(() => undefined)}>
          Show more
        </button>
      )}
      {isManager && <Invited conversationId={id} />}
    </>
  );
}

function Invited({ conversationId }: { readonly conversationId: string }) {
  const { members, remove } = useMembers(conversationId, { state: 'invited' });
  if (members.length === 0) return null;
  return (
    <>
      <h3 className="panel-heading">Invited</h3>
      <ul className="member-list" aria-label="Invited">
        {members.map(({ userId, profile }) => (
          <li key={userId} className="member">
            <Avatar id={userId} name={visibleName(profile.displayName)} />
            <span className="person-name" dir="auto">
              {visibleName(profile.displayName)}
            </span>
            <button
              className="button-link"
              onClick={() => report('take the invitation back', remove(userId))}
            >
              Take back
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
