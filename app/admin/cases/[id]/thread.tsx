import { Thread } from "@/components/cases/thread";
import { MessageTools } from "@/components/desk/message-tools";
import { isDecision } from "@/lib/cases/decision-words";
import type { CaseForStaff } from "@/lib/cases/desk-queries";
import type { MessageView } from "@/lib/cases/read-case";
import { wentByMail } from "@/lib/cases/went-by-mail";
import type { StaffCtx } from "@/lib/context";
import { leaveOut, withdraw } from "./message-actions";

/** A case's thread on the desk, with what can be done to each message. */
export function StaffThread({ ctx, one }: { ctx: StaffCtx; one: CaseForStaff }) {
  const { role } = ctx.actor;
  const tools = (message: MessageView) => {
    if (message.parts === null) return null;
    const isReply = message.author === "staff" && !message.internal;
    const hasBars = message.parts.some((part) => "bar" in part);
    return (
      <MessageTools
        messageId={message.id}
        at={{ caseId: one.id, revision: one.revision }}
        reply={isReply}
        mailed={wentByMail(one.events, message.id, one.kind)}
        decision={isDecision(one.events, message.id)}
        withdrawn={message.withdrawn !== null}
        originals={hasBars && role === "officer" ? `/admin/cases/${one.id}/originals` : null}
        redact={leaveOut}
        withdraw={withdraw}
      />
    );
  };
  return <Thread messages={one.messages} viewer="staff" {...(role === "auditor" ? {} : { tools })} />;
}
