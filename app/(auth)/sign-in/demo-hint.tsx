import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { env } from "@/lib/env";
import { askCode } from "./actions";

const people = [
  { email: "ada.winter@lumen-lifts.example", who: "owns her company’s account", name: "Ada" },
  { email: "max.brandt@lumen-lifts.example", who: "is a technician there", name: "Max" },
];

/** In the demo: whom to sign in as, at one press, and where the mail arrives. Production shows nothing. */
export function DemoHint({ asked = false }: { asked?: boolean }) {
  if (env().TRUST_CENTER_MODE === "production") return null;
  const mailbox = (
    <Link href="/dev/mailbox" className="link" target="_blank" prefetch={false}>
      local mailbox
    </Link>
  );
  return (
    <div className="mt-8">
      <Callout title="This is a demo">
        {asked ? (
          <p className="text-sm">The mail lies in the {mailbox}, which opens in a new tab.</p>
        ) : (
          <>
            <p className="text-sm">Mail arrives in the {mailbox}. Sign in as:</p>
            <ul className="divide-y divide-line">
              {people.map(({ email, who, name }) => (
                <li key={email} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2 text-sm">
                  <span className="min-w-0">
                    <strong className="block break-words">{email}</strong>
                    <span className="text-muted">{who}</span>
                  </span>
                  <ActionForm action={askCode} className="">
                    <input type="hidden" name="email" value={email} />
                    <SubmitButton look="secondary" className="min-h-9 px-3 py-1 text-sm">
                      As {name}
                    </SubmitButton>
                  </ActionForm>
                </li>
              ))}
            </ul>
          </>
        )}
      </Callout>
    </div>
  );
}
