import { target } from './target.js';
import { newClient, type Refusal } from './users.js';

/** What the functions for servers answer. */
interface ServiceAnswers {
  set_profile: null;
  settings: Record<string, number | null>;
  update_settings: Record<string, number | null>;
  purge_messages: { purged: number; has_more: boolean };
  erase_user_messages: { erased: number; has_more: boolean };
}

/** Calls a function as service_role; rejects when it refuses. */
export async function callService<F extends keyof ServiceAnswers>(
  fn: F,
  args: Record<string, unknown> = {},
): Promise<ServiceAnswers[F]> {
  const { data, error } = await newClient(target().serviceRoleKey).schema('confab').rpc(fn, args);
  if (error !== null) throw new Error(`${fn} refused: ${error.code} ${error.details} ${error.message}`);
  return data as ServiceAnswers[F];
}

/** Calls a function as service_role that has to refuse. */
export async function refuseService(
  fn: keyof ServiceAnswers,
  args: Record<string, unknown> = {},
): Promise<Refusal> {
  const { error, status } = await newClient(target().serviceRoleKey).schema('confab').rpc(fn, args);
  if (error === null) throw new Error(`${fn} did not refuse`);
  return { status, sqlstate: error.code, code: error.details, message: error.message, hint: error.hint };
}

/** Deletes a user as an administrator does. */
export async function deleteUser(id: string, isSoft = false): Promise<void> {
  const { error } = await newClient(target().serviceRoleKey).auth.admin.deleteUser(id, isSoft);
  if (error !== null) throw error;
}
