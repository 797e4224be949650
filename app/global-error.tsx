"use client";

import { ErrorView } from "@/components/layout/error-view";
import "./globals.css";

/** When the root layout itself fails: a document of its own. */
export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <head>
        <link rel="stylesheet" href="/look.css" precedence="low" />
      </head>
      <body className="min-h-dvh bg-paper text-base text-ink antialiased">
        <title>This page did not work</title>
        <main id="main" className="mx-auto max-w-6xl px-4 py-16 sm:px-6 lg:px-8">
          <ErrorView {...props} />
        </main>
      </body>
    </html>
  );
}
