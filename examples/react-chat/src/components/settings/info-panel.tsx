import { useConversation, useCurrentUser } from '@confab/react';
import { Pin, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useNow } from '../../hooks/use-now';
import { errorText } from '../../lib/error-text';
import { dayInText, formatTime } from '../../lib/dates';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import { isMuted, otherOf } from '../../lib/people';
import { hrefOf } from '../../lib/route';
import type { Conversation } from '../../lib/types';
import { Avatar } from '../avatar';
import { MuteMenu } from '../mute-menu';
import { SidePanel } from '../side-panel';
import { AddPeopleDialog } from './add-people-dialog';
import { LeaveDialog } from './leave-dialog';
import { MemberList } from './member-list';
import { RenameForm } from './rename-form';

export interface InfoPanelProps {
  readonly conversationId: string;
  readonly onClose: () => void;
}

/** What a conversation is, who is in it, and how this user keeps it. */
export function InfoPanel({ conversationId, onClose }: InfoPanelProps) {
  const { conversation, error } = useConversation(conversationId);
  return (
    <SidePanel title="Details" onClose={onClose}>
      {conversation ? (
        <Info conversation={conversation} />
      ) : (
        error && <p className="panel-empty">{errorText(error)}</p>
      )}
    </SidePanel>
  );
}

function Info({ conversation }: { readonly conversation: Conversation }) {
  const { id, kind, role, isPinned, isArchived, memberCount } = conversation;
  const { pin, mute, archive } = useConversation(id);
  const other = otherOf(conversation, useCurrentUser() ?? null);
  const now = useNow();
  const isQuiet = isMuted(conversation, now);
  const [open, setOpen] = useState<'add' | 'leave' | null>(null);
  const [muteAnchor, setMuteAnchor] = useState<HTMLElement | null>(null);
  const isManager = role !== 'member';
  const name = visibleName(conversation.name);
  const close = () => setOpen(null);
  return (
    <>
      <div className="info-head">
        <Avatar id={other?.userId ?? id} name={name} size="large" />
        {kind !== 'direct' && isManager ? (
          <RenameForm key={conversation.title} conversation={conversation} />
        ) : (
          <p className="info-name" dir="auto">
            {name}
          </p>
        )}
      </div>
      <div className="panel-section">
        <Switch label="Pinned" isOn={isPinned} onChange={(isOn) => report('pin it', pin(isOn))} />
        <Switch
          label={isQuiet ? `Muted${untilText(conversation.mutedUntil, now)}` : 'Muted'}
          isOn={isQuiet}
          onChange={(isOn, input) => (isOn ? setMuteAnchor(input) : report('unmute it', mute(null)))}
        />
        <Switch label="Archived" isOn={isArchived} onChange={(isOn) => report('archive it', archive(isOn))} />
      </div>
      <div className="panel-section">
        <a className="panel-button" href={hrefOf(id, 'pins')}>
          <Pin size={18} />
          Pinned messages
        </a>
      </div>
      {kind !== 'direct' && (
        <>
          <div className="panel-section">
            <h3 className="panel-heading">{memberCount} members</h3>
            {isManager && (
              <button className="panel-button" onClick={() => setOpen('add')}>
                <UserPlus size={18} />
                Add people
              </button>
            )}
            <MemberList conversation={conversation} />
          </div>
          <div className="panel-section">
            <button className="panel-button panel-danger" onClick={() => setOpen('leave')}>
              Leave
            </button>
          </div>
        </>
      )}
      {muteAnchor && <MuteMenu conversationId={id} anchor={muteAnchor} onClose={() => setMuteAnchor(null)} />}
      {open === 'add' && <AddPeopleDialog conversation={conversation} onClose={close} />}
      {open === 'leave' && <LeaveDialog conversation={conversation} onClose={close} />}
    </>
  );
}

/** " until today, 14:00"; nothing where it has no end. */
function untilText(mutedUntil: string | null, now: number): string {
  if (mutedUntil === null || mutedUntil === 'infinity') return '';
  return ` until ${dayInText(mutedUntil, now)}, ${formatTime(mutedUntil)}`;
}

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean, input: HTMLInputElement) => void;
}

function Switch({ label, isOn, onChange }: SwitchProps) {
  return (
    <label className="switch">
      {label}
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        onChange={({ currentTarget }) => onChange(!isOn, currentTarget)}
      />
    </label>
  );
}
