import { Paperclip } from "lucide-react";
import type { AttachmentView } from "@/lib/attachments/queries";
import { config } from "@/trust-center.config";

const { fileBytes, mailBytes, files } = config.attachments;
const megabytes = (bytes: number) => `${bytes / 1_000_000} MB`;

/** Why a file that came by mail was not kept. */
const refusedWords: Record<NonNullable<AttachmentView["refused"]>, string> = {
  "too-large": `not kept, since it is larger than ${megabytes(fileBytes)}`,
  "too-much": `not kept, since the files of this mail are more than ${megabytes(mailBytes)} together`,
  "too-many": `not kept, since the mail has more than ${files} files`,
  type: "not kept, since it is of a kind that we do not take",
  unreadable: "not kept, since it could not be read",
};

/** As people say it; the exact number matters to nobody here. */
function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The files of a message. A name is the sender's: text of its own direction that leads nowhere by itself (S23). */
export function AttachmentList({ attachments }: { attachments: AttachmentView[] }) {
  if (attachments.length === 0) return null;
  return (
    <ul className="mt-3 space-y-1 border-t border-line pt-3 text-sm">
      {attachments.map(({ id, name, bytes, refused }) => (
        <li key={id} className="flex gap-2">
          <Paperclip aria-hidden size={16} className="mt-0.5 shrink-0 text-muted" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {refused || name === null ? (
              <bdi>{name ?? "A file"}</bdi>
            ) : (
              <a href={`/api/attachments/${id}`} className="link" download>
                <bdi>{name}</bdi>
              </a>
            )}
            <span className="text-muted">
              {bytes > 0 ? `, ${sizeWords(bytes)}` : ""}
              {refused ? `, ${refusedWords[refused]}` : ""}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
