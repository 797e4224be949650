"use client";

import { ErrorView } from "@/components/layout/error-view";

/** For whatever no area's own error page caught; the header may be what failed, so it is not here. */
export default function RootError(props: { error: unknown; retry: () => void }) {
  return (
    <main id="main" className="mx-auto max-w-6xl px-4 py-16 sm:px-6 lg:px-8">
      <ErrorView {...props} />
    </main>
  );
}
