import { ConfabError, prefetchMessages } from '@confab/core';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { notFound } from 'next/navigation';
import { ConversationWindow } from '../../../../components/conversation-window';
import { serverConfab } from '../../../../lib/server-confab';

interface ConversationPageProps {
  readonly params: Promise<{ readonly id: string }>;
}

export default async function ConversationPage({ params }: ConversationPageProps) {
  const { id } = await params;
  const confab = await serverConfab();
  if (!(await isThere(confab, id))) notFound();
  return (
    <HydrationBoundary state={dehydrate(confab.queryClient)}>
      <ConversationWindow key={id} conversationId={id} />
    </HydrationBoundary>
  );
}

/** Loads a conversation; false if this user has none with that id. What fails otherwise is loaded in the browser. */
async function isThere(confab: Awaited<ReturnType<typeof serverConfab>>, id: string): Promise<boolean> {
  try {
    await prefetchMessages(confab, id);
  } catch (error) {
    if (error instanceof ConfabError && error.code === 'invalid') return false;
    throw error;
  }
  const { error } = confab.conversations.get(id).get();
  return error?.code !== 'not_found' && error?.code !== 'not_member';
}
