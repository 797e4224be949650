import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { AttachmentList } from "@/components/cases/attachment-list";
import { MessageText } from "@/components/cases/message-text";
import { MailNote } from "@/components/desk/mail-note";
import { Time } from "@/components/ui/time";
import type { MessageView } from "@/lib/cases/read-case";

const authorOf = (message: MessageView, viewer: "subject" | "staff"): string => {
  if (message.author === "system") return "Automatic";
  if (message.author === "subject") return viewer === "subject" ? "You" : "The subject";
  return viewer === "staff" ? (message.staffName ?? "Staff") : "Our privacy team";
};

/** What was written to and fro, oldest first. Text is shown as text: no markup in it means anything. */
export function Thread({
  messages,
  zone = "UTC",
  viewer,
  tools,
}: {
  messages: MessageView[];
  zone?: string;
  viewer: "subject" | "staff";
  /** What can be done to a message, under it. */
  tools?: (message: MessageView) => ReactNode;
}) {
  return (
    <ol className="space-y-4">
      {messages.map((message) => {
        const own = (message.author === "subject") === (viewer === "subject");
        return (
          <li key={message.id}>
            <article
              className={`max-w-[70ch] rounded-md border px-4 py-3 ${
                message.internal
                  ? "border-warn border-dashed bg-warn-soft"
                  : own
                    ? "ml-0 border-line bg-sunken sm:ml-10"
                    : "mr-0 border-line bg-raised sm:mr-10"
              }`}
            >
              <header className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
                <span className="font-medium">
                  {authorOf(message, viewer)}
                  {message.internal ? (
                    <span className="ml-2 inline-flex items-center gap-1 font-normal">
                      <Lock aria-hidden size={14} /> Note, staff only
                    </span>
                  ) : null}
                </span>
                <span className="text-muted">
                  <Time at={message.at} zone={zone} withTime />
                </span>
              </header>
              {message.parts === null ? (
                <p className="text-muted">This text was deleted with the person's key and cannot be read any more.</p>
              ) : (
                <MessageText parts={message.parts} withdrawn={message.withdrawn} zone={zone} />
              )}
              <AttachmentList attachments={message.attachments} />
              {message.mail && viewer === "staff" ? <MailNote mail={message.mail} /> : null}
              {tools?.(message)}
            </article>
          </li>
        );
      })}
    </ol>
  );
}
