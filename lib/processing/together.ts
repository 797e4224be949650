type Waiting<In, Out> = { one: In; done: (out: Out) => void; failed: (error: unknown) => void };

/**
 * Makes of work on many things a function for one thing. What comes in while `atOnce` runs are under way is done together by the next
 * run, so that the busier it gets the less each costs; nothing waits for company.
 * @param work gives one result for each, in their order; when it throws, all of its run fail
 */
export function together<In, Out>(
  work: (all: In[]) => Promise<Out[]>,
  { atOnce, most }: { atOnce: number; most: number },
): (one: In) => Promise<Out> {
  const waiting: Waiting<In, Out>[] = [];
  let running = 0;
  const run = async () => {
    running++;
    for (let batch = waiting.splice(0, most); batch.length > 0; batch = waiting.splice(0, most)) {
      try {
        const results = await work(batch.map(({ one }) => one));
        for (const [at, { done }] of batch.entries()) done(results[at] as Out);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    running--;
  };
  return (one) =>
    new Promise<Out>((done, failed) => {
      waiting.push({ one, done, failed });
      if (running < atOnce) void run();
    });
}
