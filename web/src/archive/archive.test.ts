import { describe, expect, it } from "vitest";
import type { ArchiveMessage } from "../api/contract";
import { around, pieces, quoteOf, spansIn } from "./marks";
import { follows, joined, leftOf, length, openable, sideOf, size, startsDay } from "./thread";

const told = (text: string, spans: { from: number; to: number }[]) =>
  pieces(text, spans).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text));

const message = (id: string, sender: string, sent_at: number): ArchiveMessage => ({
  id,
  conversation: "1",
  msgid: id,
  sender: { id: sender, name: sender, kind: sender.startsWith("wm") ? "customer" : "member" },
  sent_at,
  kind: "text",
  body: { is: "text", content: id },
  text: id,
  highlights: [],
  files: [],
  recalled: null,
  is_masked: false,
  is_known: true,
});

describe("marks", () => {
  it("count characters, not units, so that emoji do not shift them", () => {
    expect(told("😀👍现货 有", [{ from: 2, to: 4 }])).toEqual(["😀👍", "[现货]", " 有"]);
    expect(told("现货", [{ from: 0, to: 2 }])).toEqual(["[现货]"]);
  });

  it("may overlap, touch the end and come in any order", () => {
    const spans = [
      { from: 3, to: 9 },
      { from: 0, to: 2 },
      { from: 1, to: 3 },
    ];
    expect(told("abcdef", spans)).toEqual(["[ab]", "[c]", "[def]"]);
    expect(told("abc", [])).toEqual(["abc"]);
  });

  it("stay where they are when a long text is cut around them", () => {
    const cut = around(`${"😀".repeat(100)}现货${"x".repeat(100)}`, [{ from: 100, to: 102 }], 80);
    expect(told(cut.text, cut.spans)).toContain("[现货]");
    expect(cut.text.startsWith("…") && cut.text.endsWith("…")).toBe(true);
  });

  it("stand in the part of a text that is shown, and only whole", () => {
    const whole = "😀标题\n有现货，ＡＢＣ\n现货";
    const spans = [
      { from: 4, to: 7 },
      { from: 8, to: 11 },
    ];
    const of = (part: string) => told(part, spansIn(whole, spans, part));
    expect(of("有现货，ＡＢＣ")).toEqual(["[有现货]", "，", "[ＡＢＣ]"]);
    expect(["现货", "😀标题", "3"].map(of)).toEqual([["现货"], ["😀标题"], ["3"]]);
    expect(spansIn(whole, spans, "")).toEqual([]);
  });

  it("take both forms of a quote apart", () => {
    const long = '这是一条引用/回复消息：\n"张三：\n他说"好"\n了"\n------\n回复\n正文';
    const short = "「张三：他说「好」\n了」\n- - - - - - - -\n回复\n正文";
    expect(quoteOf(long)).toEqual({ name: "张三", quoted: '他说"好"\n了', answer: "回复\n正文" });
    expect(quoteOf(short)).toEqual({
      name: "张三",
      quoted: "他说「好」\n了",
      answer: "回复\n正文",
    });
    expect(["「好」", "「好」\n你", "普通"].map(quoteOf)).toEqual([null, null, null]);
  });
});

describe("a thread", () => {
  const [a, b, c] = [
    message("1", "amy", 0),
    message("2", "wm1", 60_000),
    message("3", "wm1", 70_000),
  ];

  it("joins pages in order, each message once", () => {
    const pages = [{ items: [a, b] }, { items: [b, c] }];
    expect(joined(pages).map((one) => one.id)).toEqual(["1", "2", "3"]);
  });

  it("puts the corp's members on the right", () => {
    expect([sideOf(a), sideOf(b)]).toEqual(["ours", "theirs"]);
    expect(sideOf({ sender: { id: "wb1", name: "", kind: "robot" } })).toBe("theirs");
    const left = leftOf({ people: [a.sender, { id: "anna", name: "", kind: "member" }] });
    expect([left, sideOf(a, left)]).toEqual([a.sender.id, "theirs"]);
    expect(leftOf({ people: [a.sender, b.sender] })).toBeUndefined();
  });

  it("names the sender again after another person, a while or a new day", () => {
    expect([follows(undefined, a), follows(a, b), follows(b, c)]).toEqual([false, false, true]);
    expect(follows(c, message("4", "wm1", 70_000 + 180_000))).toBe(false);
    const night = new Date(2026, 10, 26, 23, 59, 59).getTime();
    expect([startsDay(undefined, night), startsDay(night, night + 2_000)]).toEqual([true, true]);
    expect(startsDay(night - 2_000, night)).toBe(false);
  });

  it("tells lengths and sizes, and opens only addresses of the web", () => {
    expect([length(7), length(3723)]).toEqual(["0:07", "1:02:03"]);
    expect([size(812), size(1_468_006), size(200 * 1024)]).toEqual(["812 B", "1.4 MB", "200 KB"]);
    expect([openable("https://a.cn"), openable("javascript:alert(1)")]).toEqual([
      "https://a.cn",
      undefined,
    ]);
  });
});
