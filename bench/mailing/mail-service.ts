// The strict stand-in of the mail service in a process of its own, its limit lifted. Says its address to the parent
// and, when asked, what it took. Ends with the parent.
import { ResendFake } from "@/test/resend-fake";

const service = new ResendFake();
service.rate = 1e9;
service.keepsContent = false;
const url = await service.start();
process.on("message", () => {
  const counts = [...service.perAddress().values()];
  process.send?.({
    mails: service.mails.length,
    addresses: counts.length,
    twice: counts.filter((count) => count > 1).length,
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  });
});
process.on("disconnect", () => process.exit());
process.send?.({ url, apiKey: service.apiKey });
