import type { ReactNode } from 'react';

function Icon({ children, size = 20 }: { readonly children: ReactNode; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const BackIcon = () => (
  <Icon size={22}>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
);

export const ComposeIcon = () => (
  <Icon>
    <path d="M12 5H6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-6" />
    <path d="M18.4 3.6a1.8 1.8 0 0 1 2.5 2.5L13 14l-3.5 1 1-3.5z" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="M5 12.5l4.5 4.5L19 7.5" />
  </Icon>
);

export const DownIcon = () => (
  <Icon size={18}>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon size={18}>
    <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

export const ChatIcon = () => (
  <Icon size={32}>
    <path d="M5 6.5A2.5 2.5 0 0 1 7.5 4h9A2.5 2.5 0 0 1 19 6.5v7a2.5 2.5 0 0 1-2.5 2.5H12l-4.5 4v-4A2.5 2.5 0 0 1 5 13.5z" />
  </Icon>
);

export const SmileIcon = () => (
  <Icon size={18}>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M8.5 14.5a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01" />
  </Icon>
);

export const ReplyIcon = () => (
  <Icon size={18}>
    <path d="M9 6l-5 5 5 5M4 11h9a7 7 0 0 1 7 7v1" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon size={18}>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon size={18}>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M15 6.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h.5" />
  </Icon>
);

export const EditIcon = () => (
  <Icon size={18}>
    <path d="M5 19h3.5L19 8.5 15.5 5 5 15.5zM13 7.5l3.5 3.5" />
  </Icon>
);

export const TrashIcon = () => (
  <Icon size={18}>
    <path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7" />
  </Icon>
);

export const HideIcon = () => (
  <Icon size={18}>
    <path d="M4 4l16 16M10 6.2A9.7 9.7 0 0 1 21 12a13 13 0 0 1-2.2 3M6.5 7.6A12.6 12.6 0 0 0 3 12a9.8 9.8 0 0 0 12.5 5.2" />
  </Icon>
);

export const UnreadIcon = () => (
  <Icon size={18}>
    <path d="M13 5H7a3 3 0 0 0-3 3v6a3 3 0 0 0 3 3v3l4-3h6a3 3 0 0 0 3-3v-3" />
    <circle cx="18.5" cy="5.5" r="2" fill="currentColor" />
  </Icon>
);

export const UpIcon = () => (
  <Icon size={18}>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Icon>
);

export const ThreadIcon = () => (
  <Icon size={18}>
    <path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H12l-4 4v-4H6.5A2.5 2.5 0 0 1 4 13.5zM8 8.5h8M8 12h5" />
  </Icon>
);

export const ForwardIcon = () => (
  <Icon size={18}>
    <path d="M15 6l5 5-5 5M20 11h-9a7 7 0 0 0-7 7v1" />
  </Icon>
);

export const PinIcon = () => (
  <Icon size={18}>
    <path d="M9 4h6l-.7 6 3.2 3.5h-11L9.7 10zM12 13.5V20" />
  </Icon>
);
