import { PageHeader } from "@/components/ui/page";

export default function Home() {
  return <PageHeader title="Your data" />;
}
