"use client";

import Link from "next/link";
import { ErrorNumber } from "@/components/layout/error-number";
import { Button, buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";

/** Something unexpected on a desk page: nothing was changed halfway, since every change is one transaction. */
export default function DeskError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="max-w-[70ch] space-y-6">
      <h1 className="text-2xl">This page could not be shown</h1>
      <Callout look="bad" live>
        <p>
          Nothing was changed halfway. Try again; if it stays, look into the log
          <ErrorNumber error={error} lead="for" />.
        </p>
      </Callout>
      <div className="flex gap-3">
        <Button type="button" onClick={reset}>
          Try again
        </Button>
        <Link href="/admin" className={buttonClass("secondary")}>
          To the queue
        </Link>
      </div>
    </div>
  );
}
