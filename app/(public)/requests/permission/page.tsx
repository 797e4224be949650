import type { Metadata } from "next";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { currentCtx } from "@/lib/auth/current";
import { withdrawalPage } from "@/lib/cases/withdraw-permission";
import { withdraw } from "./actions";

export const metadata: Metadata = { title: "Take a permission back", robots: { index: false } };

/** Opening this page changes nothing, since mail scanners follow links; its button does (S12). */
export default async function PermissionPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token, ended } = await searchParams;
  const found =
    typeof token === "string" && token.length <= 100 ? await withdrawalPage(await currentCtx(), token) : null;
  return (
    <div className="max-w-2xl">
      {ended === "1" ? (
        <>
          <PageHeader title="You took the permission back" />
          <Callout look="ok" live>
            <p>They see nothing more of the request and get no answer. From now on the answers go to you alone.</p>
          </Callout>
        </>
      ) : !found || typeof token !== "string" ? (
        <PageHeader
          title="This link leads to no permission"
          lead="It may be cut off, or the permission was taken back already. Reply to our mail if you are not sure."
        />
      ) : (
        <>
          <PageHeader
            title="Take the permission back?"
            lead={
              <>
                For request <span className="font-mono">{found.reference}</span>. Whoever asked for you then sees and
                gets nothing more. What was asked for goes on as your own request.
              </>
            }
          />
          <ActionForm action={withdraw}>
            <input type="hidden" name="token" value={token} />
            <SubmitButton>Take it back</SubmitButton>
          </ActionForm>
        </>
      )}
    </div>
  );
}
