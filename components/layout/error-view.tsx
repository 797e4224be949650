"use client";

import { Button, buttonClass } from "@/components/ui/button";
import { config } from "@/trust-center.config";
import { ErrorNumber } from "./error-number";

/** What an unexpected failure shows: that nothing is half done, what to do, and the number to name to us. */
export function ErrorView({ error, retry }: { error: unknown; retry: () => void }) {
  const { privacyMailbox } = config.company;
  return (
    <div className="max-w-[62ch] space-y-5">
      <h1 className="text-2xl tracking-tight">This page did not work</h1>
      <p className="text-lg text-muted">
        The fault is on our side, and it was written down. Nothing that you asked for was done by half.
      </p>
      <p>
        Try again in a moment. If it stays, write to{" "}
        <a className="link" href={`mailto:${privacyMailbox}`}>
          {privacyMailbox}
        </a>
        <ErrorNumber error={error} lead="and name the request" />.
      </p>
      <div className="flex flex-wrap gap-3">
        <Button type="button" onClick={() => retry()}>
          Try again
        </Button>
        <a href="/" className={buttonClass("secondary")}>
          To the start page
        </a>
      </div>
    </div>
  );
}
