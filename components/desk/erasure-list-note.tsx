import { Callout } from "@/components/ui/callout";
import type { ListState } from "@/lib/suppression/state";

const words: Record<Exclude<ListState, "in-step">, { title: string; text: string }> = {
  behind: {
    title: "The database was restored, and people who were erased may be back",
    text: "The list of erasures knows more than the database does. Until whoever runs this server has run npm run erasure:replay, mailings wait, nothing is erased, and this server says of itself that it is not ready for anybody.",
  },
  lost: {
    title: "The list of erasures lost lines",
    text: "The database still has them, so nothing is lost yet. Nothing is erased until whoever runs this server has run npm run erasure:replay, which puts them back.",
  },
  altered: {
    title: "The list of erasures was altered",
    text: "Somebody or something changed the file that is applied after a restore. Nothing is erased until whoever runs this server has put the file back from its copy, and found out how it came to this.",
  },
};

/** What is wrong with the list of erasures; nothing while all is well. */
export function ErasureListNote({ state }: { state: ListState }) {
  if (state === "in-step") return null;
  const { title, text } = words[state];
  return (
    <Callout look="bad" title={title}>
      <p className="max-w-[75ch]">{text}</p>
    </Callout>
  );
}
