import { createCooldown } from "request-with-retry";
import { expect, test } from "vitest";
import { createMember } from "../../src/fleet/member.ts";
import { virtualClock } from "../virtual-clock.ts";

test("wait() on a signal that is aborted already rejects at once, and leaves nothing", async () => {
  const clock = virtualClock();
  const cooldown = createCooldown({ clock });
  const request = { url: "", method: "" };
  const entry = cooldown.gate(request).enter();
  if (!("leave" in entry)) entry.failed(1000, true);
  const member = createMember(undefined, cooldown, () => request);
  expect(member.enter()).toBe(false);
  await expect(member.wait(10_000, clock, AbortSignal.abort("enough"))).rejects.toBe("enough");
  member.leave();
  expect(clock.sleepers).toBe(0);
});

test("wait() says whether the turn has come within its time", async () => {
  const clock = virtualClock();
  const cooldown = createCooldown({ clock, random: () => 0 });
  const request = { url: "", method: "" };
  const entry = cooldown.gate(request).enter();
  if (!("leave" in entry)) entry.failed(1000, true);
  const [late, first] = [999, 1001].map((ms) => {
    const member = createMember(undefined, cooldown, () => request);
    expect(member.enter()).toBe(false);
    return member.wait(ms, clock, undefined).finally(() => member.leave());
  });
  expect(await late).toBe(false);
  expect(await first).toBe(true);
  expect(clock.sleepers).toBe(0);
});
