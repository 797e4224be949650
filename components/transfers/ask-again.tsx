import { KeepFresh } from "@/components/desk/keep-fresh";

/** A page about work under way reads itself anew; without JavaScript it asks for itself again. */
export const AskAgain = () => (
  <>
    <KeepFresh seconds={3} />
    <noscript>
      <meta httpEquiv="refresh" content="4" />
    </noscript>
  </>
);
