import type { Conversation as AnyConversation, Message as AnyMessage } from '@confab/core';
import type { RegisteredKinds } from '@confab/react';

export type Conversation = AnyConversation<RegisteredKinds>;
export type Message = AnyMessage<RegisteredKinds>;
