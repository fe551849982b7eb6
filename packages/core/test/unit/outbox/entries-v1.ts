/** As the first version has stored them; written down then, and not to be changed. */
export const entriesOfVersion1: Readonly<Record<'waiting' | 'refused', unknown>> = {
  waiting: {
    v: 1,
    mutation: {
      type: 'send_message',
      id: '00000000-0000-7000-8000-000000000001',
      conversation_id: '00000000-0000-7000-8000-0000000000cc',
      args: { content: 'kept', kind: 'text', data: {} },
    },
    order: 1764000000123,
    createdAt: 1764000000000,
    error: null,
  },
  refused: {
    v: 1,
    mutation: {
      type: 'create_conversation',
      id: '00000000-0000-7000-8000-000000000002',
      conversation_id: '00000000-0000-7000-8000-000000000002',
      args: { kind: 'group', title: null, member_ids: [] },
    },
    order: 1764000000124,
    createdAt: 1764000000001,
    error: { code: 'not_member', message: 'unable to create the conversation; you are no member' },
  },
};
