import type { Metadata } from "next";
import { NotFoundMessage } from "@/components/layout/message-page";
import { Shell } from "@/components/layout/shell";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Shell>
      <NotFoundMessage />
    </Shell>
  );
}
