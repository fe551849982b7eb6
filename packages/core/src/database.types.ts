// Made by `node scripts/gen-types.mjs` from supabase/migrations; not to be edited.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  confab: {
    Tables: {
      conversation_kinds: {
        Row: {
          add_members_role: string;
          has_receipts: boolean;
          has_system_messages: boolean;
          is_direct: boolean;
          kind: string;
          max_members: number | null;
          needs_context: boolean;
          pin_role: string;
          post_role: string;
          shows_history: boolean;
          slow_mode_seconds: number;
          update_role: string;
        };
        ComputedFields: never;
        Insert: {
          add_members_role?: string;
          has_receipts?: boolean;
          has_system_messages?: boolean;
          is_direct?: boolean;
          kind: string;
          max_members?: number | null;
          needs_context?: boolean;
          pin_role?: string;
          post_role?: string;
          shows_history?: boolean;
          slow_mode_seconds?: number;
          update_role?: string;
        };
        Update: {
          add_members_role?: string;
          has_receipts?: boolean;
          has_system_messages?: boolean;
          is_direct?: boolean;
          kind?: string;
          max_members?: number | null;
          needs_context?: boolean;
          pin_role?: string;
          post_role?: string;
          shows_history?: boolean;
          slow_mode_seconds?: number;
          update_role?: string;
        };
        Relationships: [];
      };
      conversations: {
        Row: {
          avatar_url: string | null;
          changed_xid: unknown;
          context_id: string | null;
          context_type: string | null;
          counted: number;
          created_at: string;
          created_by: string | null;
          data: NonNullable<Json>;
          description: string | null;
          direct_high: string | null;
          direct_low: string | null;
          feed_key: string;
          id: string;
          is_locked: boolean;
          kind: string;
          last_activity_at: string;
          last_deleted_seq: number;
          last_mention_seq: number;
          last_message_at: string;
          last_seq: number;
          last_start_seq: number;
          last_thread_seq: number;
          last_timeline_seq: number;
          member_count: number;
          slow_mode_seconds: number;
          title: string | null;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          avatar_url?: string | null;
          changed_xid?: unknown;
          context_id?: string | null;
          context_type?: string | null;
          counted?: number;
          created_at?: string;
          created_by?: string | null;
          data?: NonNullable<Json>;
          description?: string | null;
          direct_high?: string | null;
          direct_low?: string | null;
          feed_key?: string;
          id: string;
          is_locked?: boolean;
          kind: string;
          last_activity_at?: string;
          last_deleted_seq?: number;
          last_mention_seq?: number;
          last_message_at?: string;
          last_seq?: number;
          last_start_seq?: number;
          last_thread_seq?: number;
          last_timeline_seq?: number;
          member_count?: number;
          slow_mode_seconds?: number;
          title?: string | null;
          version?: number;
        };
        Update: {
          avatar_url?: string | null;
          changed_xid?: unknown;
          context_id?: string | null;
          context_type?: string | null;
          counted?: number;
          created_at?: string;
          created_by?: string | null;
          data?: NonNullable<Json>;
          description?: string | null;
          direct_high?: string | null;
          direct_low?: string | null;
          feed_key?: string;
          id?: string;
          is_locked?: boolean;
          kind?: string;
          last_activity_at?: string;
          last_deleted_seq?: number;
          last_mention_seq?: number;
          last_message_at?: string;
          last_seq?: number;
          last_start_seq?: number;
          last_thread_seq?: number;
          last_timeline_seq?: number;
          member_count?: number;
          slow_mode_seconds?: number;
          title?: string | null;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'conversations_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_kind_fkey';
            columns: ['kind'];
            isOneToOne: false;
            referencedRelation: 'conversation_kinds';
            referencedColumns: ['kind'];
          },
        ];
      };
      drafts: {
        Row: {
          changed_xid: unknown;
          content: string | null;
          conversation_id: string;
          data: NonNullable<Json>;
          place_id: string;
          reply_to_id: string | null;
          saved_at: string;
          thread_root_id: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          changed_xid?: unknown;
          content?: string | null;
          conversation_id: string;
          data?: NonNullable<Json>;
          place_id?: never;
          reply_to_id?: string | null;
          saved_at: string;
          thread_root_id?: string | null;
          user_id: string;
        };
        Update: {
          changed_xid?: unknown;
          content?: string | null;
          conversation_id?: string;
          data?: NonNullable<Json>;
          place_id?: never;
          reply_to_id?: string | null;
          saved_at?: string;
          thread_root_id?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'drafts_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'drafts_thread_root_id_fkey';
            columns: ['thread_root_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'drafts_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      hidden_messages: {
        Row: {
          changed_xid: unknown;
          conversation_id: string;
          is_hidden: boolean;
          message_id: string;
          seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          changed_xid?: unknown;
          conversation_id: string;
          is_hidden?: boolean;
          message_id: string;
          seq: number;
          user_id: string;
        };
        Update: {
          changed_xid?: unknown;
          conversation_id?: string;
          is_hidden?: boolean;
          message_id?: string;
          seq?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'hidden_messages_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'hidden_messages_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      members: {
        Row: {
          archived_at: string | null;
          changed_xid: unknown;
          conversation_id: string;
          hidden_seq: number | null;
          invited_by: string | null;
          joined_at: string | null;
          joined_seq: number;
          joined_xid: unknown;
          last_delivered_seq: number;
          last_hidden_seq: number;
          last_read_seq: number;
          last_sent_seq: number;
          left_at: string | null;
          muted_until: string | null;
          number: number;
          pinned_at: string | null;
          role: string;
          state: string;
          unread_after_counted: number;
          unread_after_seq: number;
          user_id: string;
          visible_from_seq: number;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          changed_xid?: unknown;
          conversation_id: string;
          hidden_seq?: number | null;
          invited_by?: string | null;
          joined_at?: string | null;
          joined_seq?: number;
          joined_xid?: unknown;
          last_delivered_seq?: number;
          last_hidden_seq?: number;
          last_read_seq?: number;
          last_sent_seq?: number;
          left_at?: string | null;
          muted_until?: string | null;
          number?: number;
          pinned_at?: string | null;
          role?: string;
          state?: string;
          unread_after_counted?: number;
          unread_after_seq?: number;
          user_id: string;
          visible_from_seq?: number;
        };
        Update: {
          archived_at?: string | null;
          changed_xid?: unknown;
          conversation_id?: string;
          hidden_seq?: number | null;
          invited_by?: string | null;
          joined_at?: string | null;
          joined_seq?: number;
          joined_xid?: unknown;
          last_delivered_seq?: number;
          last_hidden_seq?: number;
          last_read_seq?: number;
          last_sent_seq?: number;
          left_at?: string | null;
          muted_until?: string | null;
          number?: number;
          pinned_at?: string | null;
          role?: string;
          state?: string;
          unread_after_counted?: number;
          unread_after_seq?: number;
          user_id?: string;
          visible_from_seq?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'members_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'members_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      mentions: {
        Row: {
          conversation_id: string;
          seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          seq: number;
          user_id: string;
        };
        Update: {
          conversation_id?: string;
          seq?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'mentions_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'mentions_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      message_kinds: {
        Row: {
          counts_as_unread: boolean;
          delete_window_seconds: number | null;
          edit_window_seconds: number | null;
          is_attachment: boolean;
          is_sendable: boolean;
          kind: string;
          needs_content: boolean;
          needs_occurs_on: boolean;
          post_role: string;
        };
        ComputedFields: never;
        Insert: {
          counts_as_unread?: boolean;
          delete_window_seconds?: number | null;
          edit_window_seconds?: number | null;
          is_attachment?: boolean;
          is_sendable?: boolean;
          kind: string;
          needs_content?: boolean;
          needs_occurs_on?: boolean;
          post_role?: string;
        };
        Update: {
          counts_as_unread?: boolean;
          delete_window_seconds?: number | null;
          edit_window_seconds?: number | null;
          is_attachment?: boolean;
          is_sendable?: boolean;
          kind?: string;
          needs_content?: boolean;
          needs_occurs_on?: boolean;
          post_role?: string;
        };
        Relationships: [];
      };
      message_versions: {
        Row: {
          content: string | null;
          data: NonNullable<Json>;
          message_id: string;
          number: number;
          replaced_at: string;
        };
        ComputedFields: never;
        Insert: {
          content?: string | null;
          data: NonNullable<Json>;
          message_id: string;
          number: number;
          replaced_at?: string;
        };
        Update: {
          content?: string | null;
          data?: NonNullable<Json>;
          message_id?: string;
          number?: number;
          replaced_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'message_versions_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
        ];
      };
      messages: {
        Row: {
          changed_xid: unknown;
          content: string | null;
          conversation_id: string;
          counted: number;
          counts: boolean;
          created_at: string;
          data: NonNullable<Json>;
          deleted_at: string | null;
          deleted_by: string | null;
          edited_at: string | null;
          forwarded_from_id: string | null;
          id: string;
          kind: string;
          mentioned_user_ids: string[] | null;
          mentions: Json | null;
          mentions_everyone: boolean;
          occurs_on: string | null;
          pinned_at: string | null;
          pinned_by: string | null;
          reactions: Json | null;
          reply_to_id: string | null;
          sender_id: string | null;
          seq: number;
          thread: Json | null;
          thread_root_id: string | null;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          changed_xid?: unknown;
          content?: string | null;
          conversation_id: string;
          counted: number;
          counts: boolean;
          created_at: string;
          data?: NonNullable<Json>;
          deleted_at?: string | null;
          deleted_by?: string | null;
          edited_at?: string | null;
          forwarded_from_id?: string | null;
          id: string;
          kind: string;
          mentioned_user_ids?: string[] | null;
          mentions?: Json | null;
          mentions_everyone?: boolean;
          occurs_on?: string | null;
          pinned_at?: string | null;
          pinned_by?: string | null;
          reactions?: Json | null;
          reply_to_id?: string | null;
          sender_id?: string | null;
          seq: number;
          thread?: Json | null;
          thread_root_id?: string | null;
          version: number;
        };
        Update: {
          changed_xid?: unknown;
          content?: string | null;
          conversation_id?: string;
          counted?: number;
          counts?: boolean;
          created_at?: string;
          data?: NonNullable<Json>;
          deleted_at?: string | null;
          deleted_by?: string | null;
          edited_at?: string | null;
          forwarded_from_id?: string | null;
          id?: string;
          kind?: string;
          mentioned_user_ids?: string[] | null;
          mentions?: Json | null;
          mentions_everyone?: boolean;
          occurs_on?: string | null;
          pinned_at?: string | null;
          pinned_by?: string | null;
          reactions?: Json | null;
          reply_to_id?: string | null;
          sender_id?: string | null;
          seq?: number;
          thread?: Json | null;
          thread_root_id?: string | null;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_reply_to_id_fkey';
            columns: ['reply_to_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_sender_id_fkey';
            columns: ['sender_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_thread_root_id_fkey';
            columns: ['thread_root_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
        ];
      };
      profiles: {
        Row: {
          avatar_url: string | null;
          changed_xid: unknown;
          created_at: string;
          deleted_at: string | null;
          display_name: string;
          id: string;
          is_set_by_app: boolean;
          last_seen_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          avatar_url?: string | null;
          changed_xid?: unknown;
          created_at?: string;
          deleted_at?: string | null;
          display_name: string;
          id: string;
          is_set_by_app?: boolean;
          last_seen_at?: string | null;
        };
        Update: {
          avatar_url?: string | null;
          changed_xid?: unknown;
          created_at?: string;
          deleted_at?: string | null;
          display_name?: string;
          id?: string;
          is_set_by_app?: boolean;
          last_seen_at?: string | null;
        };
        Relationships: [];
      };
      reactions: {
        Row: {
          created_at: string;
          emoji: string;
          message_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          emoji: string;
          message_id: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          emoji?: string;
          message_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'reactions_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reactions_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      threads: {
        Row: {
          changed_xid: unknown;
          conversation_id: string;
          is_following: boolean;
          last_read_seq: number;
          root_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          changed_xid?: unknown;
          conversation_id: string;
          is_following?: boolean;
          last_read_seq?: number;
          root_id: string;
          user_id: string;
        };
        Update: {
          changed_xid?: unknown;
          conversation_id?: string;
          is_following?: boolean;
          last_read_seq?: number;
          root_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'threads_root_id_fkey';
            columns: ['root_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'threads_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Views: {
      read_log: {
        Row: {
          conversation_id: string;
          read_at: string;
          seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: 'members_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'members_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Functions: {
      accept_invite: { Args: { conversation_id: string }; Returns: Json };
      add_members: {
        Args: { conversation_id: string; shows_history?: boolean; user_ids: string[] };
        Returns: Json;
      };
      add_reaction: { Args: { emoji: string; message_id: string }; Returns: Json };
      conversation: { Args: { conversation_id: string }; Returns: Json };
      conversations: { Args: { before?: string; filter?: Json; max_rows?: number }; Returns: Json };
      create_conversation: {
        Args: {
          avatar_url?: string;
          context_id?: string;
          context_type?: string;
          data?: Json;
          description?: string;
          id: string;
          kind: string;
          member_ids: string[];
          title?: string;
        };
        Returns: Json;
      };
      current_user_id: { Args: Record<PropertyKey, never>; Returns: string };
      decline_invite: { Args: { conversation_id: string }; Returns: Json };
      delete_message: { Args: { message_id: string }; Returns: Json };
      drafts: { Args: { max_rows?: number }; Returns: Json };
      edit_message: {
        Args: {
          content: string;
          data?: Json;
          id: string;
          mentioned_user_ids?: string[];
          mentions?: Json;
          mentions_everyone?: boolean;
          message_id: string;
        };
        Returns: Json;
      };
      erase_user_messages: { Args: { max_rows?: number; user_id: string }; Returns: Json };
      export_my_data: { Args: { after?: string }; Returns: Json };
      follow_thread: {
        Args: { is_following: boolean; seen_seq?: number; thread_root_id: string };
        Returns: Json;
      };
      forward_message: {
        Args: { conversation_id: string; id: string; message_id: string; seen_seq?: number };
        Returns: Json;
      };
      get_or_create_direct: { Args: { user_id: string }; Returns: Json };
      hide_message: { Args: { message_id: string }; Returns: Json };
      history: {
        Args: {
          after_seq?: number;
          around_message_id?: string;
          around_seq?: number;
          around_time?: string;
          before_seq?: number;
          conversation_id: string;
          max_rows?: number;
          thread_root_id?: string;
        };
        Returns: Json;
      };
      history_by_date: {
        Args: {
          before?: string;
          conversation_id: string;
          from_date: string;
          kinds?: string[];
          max_rows?: number;
          to_date: string;
        };
        Returns: Json;
      };
      invite_members: {
        Args: { conversation_id: string; shows_history?: boolean; user_ids: string[] };
        Returns: Json;
      };
      leave_conversation: { Args: { conversation_id: string }; Returns: Json };
      mark_all_read: { Args: { rest_after?: string; seen?: Json }; Returns: Json };
      mark_delivered: { Args: { conversation_id: string; seq: number }; Returns: Json };
      mark_read: { Args: { conversation_id: string; seq: number }; Returns: Json };
      mark_thread_read: { Args: { seq: number; thread_root_id: string }; Returns: Json };
      mark_unread: { Args: { conversation_id: string; seq: number }; Returns: Json };
      members: {
        Args: {
          after?: string;
          conversation_id: string;
          max_rows?: number;
          query?: string;
          role?: string;
          state?: string;
          user_ids?: string[];
        };
        Returns: Json;
      };
      mentions: { Args: { before?: string; max_rows?: number }; Returns: Json };
      message_versions: { Args: { message_id: string }; Returns: Json };
      pin_message: { Args: { message_id: string }; Returns: Json };
      pinned_messages: {
        Args: { before?: string; conversation_id: string; max_rows?: number };
        Returns: Json;
      };
      pull: { Args: { cursor?: string; windows?: Json }; Returns: Json };
      purge_messages: {
        Args: {
          conversation_kind?: string;
          max_rows?: number;
          message_kind?: string;
          older_than_days: number;
        };
        Returns: Json;
      };
      push: { Args: { mutations: Json }; Returns: Json };
      reactors: {
        Args: { after?: string; emoji?: string; max_rows?: number; message_id: string };
        Returns: Json;
      };
      readers: { Args: { after?: string; max_rows?: number; message_id: string }; Returns: Json };
      remove_member: { Args: { conversation_id: string; user_id: string }; Returns: Json };
      remove_reaction: { Args: { emoji: string; message_id: string }; Returns: Json };
      save_draft: {
        Args: {
          content: string;
          conversation_id: string;
          data?: Json;
          reply_to_id?: string;
          saved_at: string;
          thread_root_id?: string;
        };
        Returns: Json;
      };
      search_messages: {
        Args: {
          before?: string;
          conversation_id?: string;
          excluding?: string;
          from_time?: string;
          has_attachment?: boolean;
          kind?: string;
          max_rows?: number;
          query: string;
          sender_id?: string;
          sort?: string;
          thread_root_id?: string;
          to_time?: string;
        };
        Returns: Json;
      };
      send_message: {
        Args: {
          content: string;
          conversation_id: string;
          data?: Json;
          id: string;
          kind?: string;
          mentioned_user_ids?: string[];
          mentions?: Json;
          mentions_everyone?: boolean;
          occurs_on?: string;
          reply_to_id?: string;
          seen_seq?: number;
          thread_root_id?: string;
        };
        Returns: Json;
      };
      set_membership: { Args: { changes: Json; conversation_id: string }; Returns: Json };
      set_profile: {
        Args: { avatar_url?: string; display_name: string; user_id: string };
        Returns: undefined;
      };
      set_role: { Args: { conversation_id: string; role: string; user_id: string }; Returns: Json };
      settings: { Args: Record<PropertyKey, never>; Returns: Json };
      threads: { Args: { before?: string; max_rows?: number; only_unread?: boolean }; Returns: Json };
      transfer_ownership: { Args: { conversation_id: string; user_id: string }; Returns: Json };
      unhide_message: { Args: { message_id: string }; Returns: Json };
      unpin_message: { Args: { message_id: string }; Returns: Json };
      unread_counts: { Args: Record<PropertyKey, never>; Returns: Json };
      unread_total: { Args: Record<PropertyKey, never>; Returns: number };
      update_conversation: { Args: { changes: Json; conversation_id: string }; Returns: Json };
      update_settings: { Args: { changes: Json }; Returns: Json };
      user_id: { Args: { issuer: string; subject: string }; Returns: string };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'confab'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  confab: {
    Enums: {},
  },
} as const;
