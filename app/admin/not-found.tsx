import type { Metadata } from "next";
import Link from "next/link";
import { PageHeader } from "@/components/ui/page";

export const metadata: Metadata = { title: "Not found" };

export default function NotOnTheDesk() {
  return (
    <PageHeader
      title="There is nothing at this address"
      lead={
        <>
          The reference may be mistyped, or the case was removed when its records expired.{" "}
          <Link href="/admin" className="link">
            Back to the queue
          </Link>
        </>
      }
    />
  );
}
