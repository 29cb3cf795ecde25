/** Names that are the same to the eye are shown with the user name; others are left alone. */

import { expect, test } from "vitest";

import { Acquaintances, odd, skeletons } from "../../src/engine/namesakes.ts";
import { PersonRecord } from "../../src/engine/records.ts";
import { nameOf, personOf } from "../../src/engine/view.ts";
import type { UserId } from "../../src/ids.ts";
import { NAME_CHARACTERS } from "../../src/wire/limits.ts";

const WEI = person("a", "wei", "Wei Zhang");

function person(id: string, userName: string, name = ""): PersonRecord {
  return PersonRecord.of({ id: id as UserId, user_name: userName, name });
}

function met(...people: readonly PersonRecord[]): Acquaintances {
  return new Acquaintances(new Map(people.map((each) => [each.id, each])));
}

/** Return how Wei and somebody of this name are shown beside one another. */
function among(name: string): readonly [string, string] {
  const other = person("b", "mallory", name);
  const people = met(WEI, other);
  return [nameOf(WEI.id, people), personOf(other, people).name];
}

test.each([
  "Wei Zhang",
  "wei  zhang",
  "WeiZhang",
  "W\u0435i Zhang",
  "\uff37ei Zhang",
  "We\u00ed Zh\u0430ng",
  "We1 Zhang",
  "Wel Zhang",
  "Wei\u200b Zhang",
])("who could be taken for somebody is shown with the user name: %j", (name) => {
  expect(among(name)).toEqual(["Wei Zhang @wei", `${name} @mallory`]);
});

test("a name steers nothing and is no long text", () => {
  expect(among("\u202egnahZ ieW\n")).toEqual(["Wei Zhang", "gnahZ ieW @mallory"]);
  expect(among("\u2067\u001b[2J")[1]).toBe("[2J @mallory");
  expect(among("x".repeat(10_000))[1]).toBe("x".repeat(NAME_CHARACTERS));
  expect(among("\u202e")[1]).toBe("mallory");
});

test.each(["Mara Keller", "Wei Zhao", "王伟", "Анна", ""])(
  "other names are left alone: %s",
  (name) => {
    expect(among(name)).toEqual(["Wei Zhang", name || "mallory"]);
  },
);

test.each(["Mara @mara", "Mara \uff20mara", "M\u0430ra", "Ma\u03c1a"])(
  "who imitates or mixes is shown with the user name always: %s",
  (name) => {
    expect(odd(name)).toBe(true);
    expect(among(name)).toEqual(["Wei Zhang", `${name} @mallory`]);
  },
);

test("a name like another one's user name counts too", () => {
  const nameless = person("b", "jonas");
  const jonas = person("c", "jb", "Jonas");
  const people = met(nameless, jonas);
  expect(nameOf(jonas.id, people)).toBe("Jonas @jb");
  expect(nameOf(nameless.id, people)).toBe("jonas");
});

test("somebody just found is compared with those one has met", () => {
  expect(personOf(person("z", "weiz", "Wei Zhang"), met(WEI)).name).toBe("Wei Zhang @weiz");
});

test("a skeleton is what the eye sees", () => {
  expect(skeletons("J\u00f6rg M\u00fcller")).toEqual(skeletons("jorgmuller"));
  for (const [one, other] of [
    ["王伟", "王偉"],
    ["राम", "रमा"],
  ] as const) {
    expect([...skeletons(one)].filter((each) => skeletons(other).has(each))).toEqual([]);
  }
});

test.each([
  ["Bo Chen", "B\u0585 Chen"], // Armenian
  ["Bo Chen", "B\u03bf Chen"], // Greek
  ["Oz", "\u0585z"],
  ["Ulf", "\u054dlf"],
  ["Una", "\u054d\u0578\u0430"], // Armenian and Cyrillic
  ["Anna", "Ann\u0251"], // the alpha of phonetics
  ["Anna Meier", "\u0391nn\u0430 Meier"], // Greek and Cyrillic
  ["Tom Cook", "Tom \u0421\u043e\u043ek"],
  ["Tim", "T\u0456m"],
  ["Scope", "\u0405\u0441\u043e\u0440\u0435"], // all of it Cyrillic
  ["vi", "\u0475\u0456"],
  ["HAN", "\u0397\u0391\u039d"], // all of it Greek, of capitals only
  ["Гри", "\u0393\u0440\u0438"],
  ["Mara", "\u13b7ARA"], // Cherokee
  ["Lee", "\u13deee"],
  ["Dora", "\u13a0ora"],
  ["TOM", "\ua4d4\ua4f3\ua4df"], // Lisu
  ["Hans", "\ua4e7ans"],
  ["Sofia", "\ua731ofia"], // small capitals
  ["Ben Roth", "Ben R\u1d0fth"],
  ["Wolf", "Wol\u017f"], // a long s
  ["Mario Kern", "Mario Kem"],
  ["Wolf", "VVolf"],
  ["Clara", "Dara"],
  ["日本", "曰本"],
  ["吉野", "\u{20bb7}野"],
  ["カ", "力"],
  ["رضا علی", "رضا علي"], // Persian and Arabic
  ["امیر حسین", "امیر\u200cحسین"],
  ["Anna", "Anna\u200d"],
  ["Anna", "Anna\u3164"], // Hangul fillers
  ["Anna", "Anna\uffa0"],
  ["Anna", "An\u115fna"],
  ["Anna", "An\u034fna"],
  ["Anna", "Anna\ufe0f"],
  ["Anna", "Anna\u2800"],
  ["Anna", "Anna\u00ad"],
  ["Anna", "Anna\u1680"],
  ["Anna", "Anna\ue000"],
  ["Anna", "Anna\u{e0041}"],
  ["Anna", "Anna\u0378"], // unassigned
  ["Bo", "B\u0966"], // a zero
])("whoever looks like somebody else is shown with the user name: %s, %j", (name, twin) => {
  const real = person("r", "u1", name);
  const other = person("f", "u2", twin);
  expect(nameOf(other.id, met(real, other))).toBe(`${twin} @u2`);
});

const ORDINARY = `
    Hans Müller;Anna-Lena Groß;Łukasz Żółć;Søren Kierkegård;Þórður Ægisson;Đorđe Šćepanović;
    Seán O’Brien
    Dr. Wei Zhang (Shanghai);Smith, John;
    Jean–Luc d'Arc;Müller & Söhne;Lager 3;Anna | HR;Mª José
    Nguyễn Thị Phương Đặng;Trần Văn Ơn;İbrahim Şahin;Işıl Yıldız;Əli Məmmədov;Ștefan Țepeș;Ċensu Ħal
    王小明;张伟(Zhang Wei);陳大文;欧阳 娜娜;阿卜杜拉·买买提;佐々木 健太;山﨑ひろみ;マリー・キュリー;
    山田　太郎;김민준
    Γιώργος Παπαδόπουλος;ΕΛΕΝΗ;Анна Каренина;Вера;Демʼян Їжак;Ђорђе Његош;
    Нұрсұлтан Әбішұлы;Արամ Խաչատրյան
    محمد عبد الله;فاطمة الزهراء;رضا علی;امیر‌حسین;پرویز;דוד בן־גוריון;
    राम कृष्ण;ශ්‍රීමතී;சுப்ரமணியம்;สมชาย ใจดี
    თამარ მეფე;አበበ በቂላ
`;

test("ordinary names are left alone, also side by side", () => {
  const names = ORDINARY.split(/[\n;]/)
    .map((name) => name.trim())
    .filter(Boolean);
  const people = names.map((name, place) => person(`${place}`.padStart(3, "0"), `u${place}`, name));
  const all = met(...people);
  expect(names.length).toBeGreaterThan(50);
  expect(people.map((each) => all.name(each))).toEqual(names);
});

test("who has no user name cannot borrow one", () => {
  const nobody = person("z", "", "Wei Zhang @wei");
  expect(personOf(nobody, met(WEI)).name).toBe("Wei Zhang @wei @z");
});
