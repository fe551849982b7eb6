import type { ArgumentReader, CallArguments } from './arguments';
import { listDrafts } from './drafts';
import { exportMyData } from './export';
import { history } from './history';
import { listConversations, listMembers, readConversation } from './lists';
import { mutations } from './mutations';
import { pageSize } from './pages';
import { pull, type PullLimits } from './pull';
import { push, type PushedMutation, type Refusal } from './push';
import {
  listByDate,
  listMentions,
  listPinned,
  listReaders,
  listReactors,
  listThreads,
  listVersions,
} from './reads';
import { searchMessages } from './search';
import type { Db } from './state';
import { unreadCountsOf, unreadTotalOf } from './unread';

interface Call {
  readonly db: Db;
  readonly me: string;
  readonly args: CallArguments;
  readonly read: ArgumentReader;
}

interface FunctionsOptions {
  readonly limits: PullLimits;
  readonly pageSize: number;
  readonly attempt: (act: () => unknown) => unknown;
  readonly refuse: (mutation: PushedMutation, userId: string) => Refusal | null;
}

/** Every function of the schema `confab` that an app calls, by its name. */
export function createFunctions(options: FunctionsOptions): ReadonlyMap<string, (call: Call) => unknown> {
  const reads: Readonly<Record<string, (call: Call) => unknown>> = {
    pull: ({ db, me, args, read }) => pull(db, me, read, args['windows'], options.limits),
    push: ({ db, me, args }) =>
      push(db, me, args['mutations'], options.attempt, (mutation) => options.refuse(mutation, me)),
    history: ({ db, me, read }) => history(db, me, read),
    conversations: ({ db, me, args, read }) => listConversations(db, me, read, args, options.pageSize),
    conversation: ({ db, me, read }) => readConversation(db, me, read('uuid', 'conversation_id')),
    members: ({ db, me, read }) => listMembers(db, me, read),
    reactors: ({ db, me, read }) => listReactors(db, me, read),
    readers: ({ db, me, read }) => listReaders(db, me, read),
    threads: ({ db, me, read }) => listThreads(db, me, read),
    history_by_date: ({ db, me, read }) => listByDate(db, me, read),
    mentions: ({ db, me, read }) => listMentions(db, me, read),
    pinned_messages: ({ db, me, read }) => listPinned(db, me, read),
    message_versions: ({ db, me, read }) => listVersions(db, me, read),
    search_messages: ({ db, me, read }) => searchMessages(db, me, read),
    drafts: ({ db, me, read }) => listDrafts(db, me, pageSize(read('integer', 'max_rows'), 200)),
    unread_total: ({ db, me }) => unreadTotalOf(db, me),
    unread_counts: ({ db, me }) => unreadCountsOf(db, me),
    export_my_data: ({ db, me, read }) => exportMyData(db, me, read),
  };
  const functions = new Map(Object.entries(reads));
  for (const [name, { apply }] of mutations) {
    functions.set(name, ({ db, me, args, read }) =>
      apply({
        db,
        me,
        args,
        read,
        id: read('uuid', 'id'),
        conversationId: read('uuid', 'conversation_id'),
        isPushed: false,
      }),
    );
  }
  return functions;
}
