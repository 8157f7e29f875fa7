import { describe, expect, it } from "vitest";
import { badgeNo, dialled, wantedOf } from "../../src/grid/address";
import { handedOn, handingOn } from "../../src/report/handed";

describe("the address of the page", () => {
  it("asks for a grid, a badge or nothing", () => {
    expect(wantedOf("#510502001001001")).toEqual({ kind: "grid", code: "510502001001001" });
    expect(wantedOf("#badge=W7Q2MZ0F4KX")).toEqual({ kind: "badge", no: "W7Q2MZ0F4KX" });
    expect(wantedOf("#badge=w7q2-mz0f%204kx")).toEqual({ kind: "badge", no: "W7Q2MZ0F4KX" });
  });

  it.each(["", "#", "#card", "#badge=", "#badge=%", "#%E0%A4%A", "#51050200100100", "#badge=<script>", `#badge=${"W".repeat(400)}`, "#../../api"])("of %s asks for nothing", (hash) => {
    expect(wantedOf(hash)).toEqual({ kind: "nothing" });
  });
});

describe("a badge's number", () => {
  it("is the same however it is written", () => {
    expect(["W7Q2MZ0F4KX", " w7q2 mz0f 4kx", "W7Q2-MZ0F-4KX"].map(badgeNo)).toEqual(Array(3).fill("W7Q2MZ0F4KX"));
  });

  it("is nothing where it holds anything else", () => {
    expect(["", "工牌", "W7Q2/..", "W'--"].map(badgeNo)).toEqual(["", "", "", ""]);
  });
});

describe("a telephone number", () => {
  it("is dialled by its digits alone", () => {
    expect([dialled("0830-310 1234"), dialled("+86 830 3101234"), dialled("12345")]).toEqual(["tel:08303101234", "tel:+868303101234", "tel:12345"]);
  });

  it("is not dialled where it is none", () => {
    expect([dialled("见公示牌"), dialled("12"), dialled("javascript:alert(1)"), dialled("1+2+3+4")]).toEqual([null, null, null, null]);
  });
});

describe("a position that is handed to the report page", () => {
  it("arrives as it was, to seven decimals", () => {
    expect(handedOn(handingOn({ lon: 105.4412345, lat: -28.88 }))).toEqual({ lon: 105.4412345, lat: -28.88, datum: "cgcs2000", accuracyM: null });
  });

  it.each(["", "#at=", "#at=1,2", "#at=200.0,10.0", "#at=105.1,95.0", "#at=NaN,1.0", "#at=105.1,28.1,x"])("is none in %s", (hash) => {
    expect(handedOn(hash)).toBeNull();
  });
});
