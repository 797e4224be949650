import { hostile, megabyte } from "./hostile";
import { before, put, type Row, type Rows } from "./rows";

/** Puts the hostile values into rows that the demo's named people own. */
export function plantHostile(rows: Rows): void {
  const [ada, max] = rows.users as [Row, Row];
  const written = (rows.work_order_notes ?? []).filter((row) => row.author_id === max.id);
  for (const [at, value] of Object.values(hostile).entries()) {
    const note = written[at];
    if (note) note.body = value;
  }
  const long = written[Object.keys(hostile).length];
  if (long) long.body = megabyte();
  const sent = (rows.platform_messages ?? []).filter((row) => row.sender_id === max.id || row.sender_id === ada.id);
  for (const [at, value] of Object.values(hostile).entries()) {
    const message = sent[at];
    if (message) message.body = value;
  }
  const files = (rows.attachments ?? []).filter((row) => row.uploaded_by === max.id || row.uploaded_by === ada.id);
  for (const [at, value] of [hostile.path, hostile.devicePath, hostile.rightToLeft, hostile.controls].entries()) {
    const file = files[at];
    if (file) file.file_name = value;
  }
  const [client] = rows.clients as [Row];
  Object.assign(client, { name: hostile.formula, notes: hostile.copyMarks, contact_name: hostile.sql });
  ada.settings = {
    [hostile.script]: hostile.controls,
    nested: { [hostile.quotes]: [hostile.emoji, null, 1e21, -0.1] },
  };
  max.skills = [hostile.quotes, hostile.commas, "{braces}", "NULL", "", hostile.emoji];
  const [address] = rows.user_addresses as [Row];
  // Reported under the second address: found only by following the identity.
  put(rows, "error_reports", {
    id: "7f000000-0000-4000-8000-000000000001",
    reporter_email: String(address.email).toUpperCase(),
    hardware_id: null,
    message: hostile.script,
    stack: hostile.lines,
    context: { note: hostile.rightToLeft },
    reported_at: before(30),
  });
}
