import { Time } from "@/components/ui/time";
import { type Bar, type MessagePart, messageGrounds } from "@/lib/cases/redaction";

/**
 * The words of a message, with a black bar and its ground wherever something was left out. The bar says nothing about how long what
 * it covers is, and is read out as words.
 */
export function MessageText({ parts, withdrawn, zone }: { parts: MessagePart[]; withdrawn: Bar | null; zone: string }) {
  if (withdrawn)
    return (
      <p className="text-muted">
        <Covered /> Taken out of view on <Time at={withdrawn.at} zone={zone} />, since{" "}
        {messageGrounds[withdrawn.ground].person}.
      </p>
    );
  return (
    <p className="whitespace-pre-wrap" dir="auto" data-message-text>
      {parts.map((part) =>
        "text" in part ? (
          part.text
        ) : (
          <span key={part.bar.id} className="whitespace-normal">
            <Covered />
            <span className="text-sm text-muted"> [left out: {messageGrounds[part.bar.ground].person}] </span>
          </span>
        ),
      )}
    </p>
  );
}

const Covered = () => <span aria-hidden className="inline-block h-[1em] w-16 translate-y-[0.15em] rounded-xs bg-ink" />;
