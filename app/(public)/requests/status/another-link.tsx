import { ActionForm, SubmitButton } from "@/components/ui/form";
import { sendLink } from "./actions";

/** The way to another link to the address on file. */
export const AnotherLink = () => (
  <ActionForm action={sendLink} done="Another link is on its way." className="space-y-3 pt-2">
    <SubmitButton look="secondary">Send another link</SubmitButton>
  </ActionForm>
);
