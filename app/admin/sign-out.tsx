import { LogOut } from "lucide-react";
import { ActionForm } from "@/components/ui/form";
import { signOut } from "./actions";

export function SignOut() {
  return (
    <ActionForm action={signOut} className="">
      <button
        type="submit"
        className="inline-flex min-h-9 items-center gap-1.5 rounded-md px-2 text-muted hover:bg-sunken hover:text-ink"
      >
        <LogOut aria-hidden size={16} />
        Sign out
      </button>
    </ActionForm>
  );
}
