import { expect, test } from "vitest";
import { withInit } from "../../src/http/init.ts";

test.each([[undefined], [null], [{}], [new (class {})()]])(
  "of %o there is nothing but the changes",
  (init) => {
    const copy = withInit(init, { redirect: "error" });
    expect(Object.entries(copy)).toEqual([["redirect", "error"]]);
  },
);

test("keeps every key of its own, those that fetch does not know too, and leaves the original alone", () => {
  const init = { method: "PUT", body: "x", dispatcher: {}, next: { revalidate: 1 }, onDone: () => {} };
  const before = { ...init };
  const copy = withInit(init, { method: "POST", signal: null });
  expect(copy).toEqual({ ...before, method: "POST", signal: null });
  expect(init).toEqual(before);
});

test("takes from a Request what fetch takes from it, and none of its methods", () => {
  const request = new Request("http://example.test", { method: "PUT", body: "x", redirect: "manual" });
  const copy = withInit(request, {});
  const { method, headers, body, signal, redirect } = request;
  expect(copy).toMatchObject({ method, redirect });
  expect(copy).toHaveProperty("headers", headers);
  expect(copy).toHaveProperty("body", body);
  expect(copy).toHaveProperty("signal", signal);
  expect(Object.values(copy).filter((value) => typeof value === "function")).toEqual([]);
});

test("takes what is inherited from a class, also where no Request has it", () => {
  class Init {
    get method() {
      return "PUT";
    }
    get body() {
      return "x";
    }
    get duplex() {
      return "half";
    }
    get cache() {
      return undefined;
    }
  }
  const { body, duplex } = Object.getOwnPropertyDescriptors(Request.prototype) as PropertyDescriptorMap;
  for (const name of ["body", "duplex"]) Reflect.deleteProperty(Request.prototype, name);
  try {
    const copy = withInit(new Init(), { signal: null });
    expect(Object.entries(copy).sort()).toEqual([
      ["body", "x"],
      ["duplex", "half"],
      ["method", "PUT"],
      ["signal", null],
    ]);
  } finally {
    Object.defineProperties(Request.prototype, { body, duplex } as PropertyDescriptorMap);
  }
});
